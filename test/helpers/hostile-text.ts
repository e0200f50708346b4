/** Text that does harm where it is taken for anything but text. */
export const hostileText = {
  markup: "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
  /** Bell, escape sequence, carriage return, NUL's picture is not what is meant: the characters themselves. */
  control: 'bell\u0007 escape\u001b[31m return\rline\u0000end',
  /** Right-to-left override and isolate: "gpj.exe" would read "exe.jpg". */
  bidi: '\u202Egnp.exe\u202C \u2066isolate\u2069 \u200Fmark',
  /** What a shell would run. */
  shell: '$(touch /tmp/owned) `id` ; rm -rf "$HOME" \'',
} as const;

/** The longest that distribution-spec allows: a repository of 255 characters, a tag of 128. */
export const longRepository = `long/${'namespace/'.repeat(24)}${'n'.repeat(10)}`;
export const longTag = `v1.0.0-${'t'.repeat(120)}1`;
