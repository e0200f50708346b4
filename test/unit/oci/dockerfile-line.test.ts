import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dockerfileLine } from '#oci/image-config';

type Row = [createdBy: string, instruction: string, text: string];

describe('dockerfileLine', () => {
  it.each<Row>([
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD', '["bash"]'],
    [
      '/bin/sh -c #(nop)  CMD ["nginx" "-g" "daemon off;"]',
      'CMD',
      '["nginx", "-g", "daemon off;"]',
    ],
    [
      '/bin/sh -c #(nop)  ENTRYPOINT ["sh" "-c" "echo \\" \\" x"]',
      'ENTRYPOINT',
      '["sh", "-c", "echo \\" \\" x"]',
    ],
    [
      '/bin/sh -c #(nop) ADD file:9a4f77dfaba7fd2aa78186e4ef0e7486ad55101cefc1fabbc1b385601bb38920 in / ',
      'ADD',
      'file:9a4f77dfaba7fd2aa78186e4ef0e7486ad55101cefc1fabbc1b385601bb38920 /',
    ],
    ['/bin/sh -c #(nop) COPY dir:0011aabb in /app ', 'COPY', 'dir:0011aabb /app'],
    ['/bin/sh -c #(nop) COPY multi:0011aabb in /etc/ ', 'COPY', 'multi:0011aabb /etc/'],
    ['/bin/sh -c #(nop)  EXPOSE map[80/tcp:{}]', 'EXPOSE', '80/tcp'],
    ['/bin/sh -c #(nop)  EXPOSE 80/tcp 443/tcp', 'EXPOSE', '80/tcp 443/tcp'],
    ['/bin/sh -c #(nop)  VOLUME [/var/lib/data]', 'VOLUME', '/var/lib/data'],
    ['/bin/sh -c #(nop)  MAINTAINER A <a@example.com>', 'MAINTAINER', 'A <a@example.com>'],
    ['/bin/sh -c #(nop)  ENV NGINX_VERSION=1.27.0', 'ENV', 'NGINX_VERSION=1.27.0'],
    [
      '/bin/sh -c apt-get update && apt-get install -y curl',
      'RUN',
      'apt-get update && apt-get install -y curl',
    ],
    ['|1 VERSION=1.2 /bin/sh -c make install', 'RUN', 'make install'],
    ['|2 A=one two B=3 /bin/sh -c echo $A', 'RUN', 'echo $A'],
    ['/bin/bash -o pipefail -c curl x | sh', 'RUN', 'curl x | sh'],
    ['/bin/ash -eo pipefail -c curl x', 'RUN', 'curl x'],
    ['/bin/sh -xec make', 'RUN', 'make'],
  ])("the classic builder's %j", (createdBy, instruction, text) => {
    expect(dockerfileLine(createdBy)).toEqual({ instruction, text });
  });

  it.each<Row>([
    ['RUN /bin/sh -c apk add --no-cache curl # buildkit', 'RUN', 'apk add --no-cache curl'],
    ['RUN |1 VERSION=1.2 /bin/sh -c make install # buildkit', 'RUN', 'make install'],
    ['RUN |2 A=x y B= /bin/bash -c make # buildkit', 'RUN', 'make'],
    ['RUN apk add curl # buildkit', 'RUN', 'apk add curl'],
    ['RUN /bin/sh -c # a comment\nmake # buildkit', 'RUN', '# a comment\nmake'],
    ['COPY --chown=1000:1000 . /app # buildkit', 'COPY', '--chown=1000:1000 . /app'],
    ['COPY file in /dest # buildkit', 'COPY', 'file in /dest'],
    ['WORKDIR /app', 'WORKDIR', '/app'],
    ['ENV PATH=/usr/bin:/bin', 'ENV', 'PATH=/usr/bin:/bin'],
    ['EXPOSE map[8080/tcp:{} 9090/udp:{}]', 'EXPOSE', '8080/tcp 9090/udp'],
    ['EXPOSE [80/tcp]', 'EXPOSE', '80/tcp'],
    ['VOLUME [/data /logs]', 'VOLUME', '/data /logs'],
    ['CMD ["/bin/sh" "-c" "node ."]', 'CMD', '["/bin/sh", "-c", "node ."]'],
    ['ENTRYPOINT ["a", "b"]', 'ENTRYPOINT', '["a", "b"]'],
    ['CMD []', 'CMD', '[]'],
    ['USER 1000', 'USER', '1000'],
    ['LABEL a=b', 'LABEL', 'a=b'],
  ])("BuildKit's %j", (createdBy, instruction, text) => {
    expect(dockerfileLine(createdBy)).toEqual({ instruction, text });
  });

  it.each<Row>([
    ['cmd /S /C #(nop)  ENV PYTHON=3', 'ENV', 'PYTHON=3'],
    ['cmd /S /C dir C:\\', 'RUN', 'dir C:\\'],
    ['cmd /S /C powershell -Command Get-Item .', 'RUN', 'powershell -Command Get-Item .'],
    ['RUN cmd /S /C mkdir app # buildkit', 'RUN', 'mkdir app'],
    ['powershell -Command Invoke-WebRequest x', 'RUN', 'Invoke-WebRequest x'],
    [
      "powershell -Command $ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; #(nop)  CMD [\"python\"]",
      'CMD',
      '["python"]',
    ],
    ['pwsh -NoLogo -Command ls', 'RUN', 'ls'],
  ])('on Windows, %j', (createdBy, instruction, text) => {
    expect(dockerfileLine(createdBy)).toEqual({ instruction, text });
  });

  it.each<Row>([
    ['', '', ''],
    [
      "# debian.sh --arch 'amd64' out/ 'bookworm'",
      '',
      "# debian.sh --arch 'amd64' out/ 'bookworm'",
    ],
    ['jib-maven-plugin:3.4.0', '', 'jib-maven-plugin:3.4.0'],
    ['ko build ko://example.com/app', '', 'ko build ko://example.com/app'],
    ['bazel build ...', '', 'bazel build ...'],
    ['/bin/sh -c #(nop) something else', '', 'something else'],
    ['|1 A=b', '', '|1 A=b'],
    ['running late', '', 'running late'],
    ['/bin/shell -c x', '', '/bin/shell -c x'],
  ])('leaves %j as text when no Dockerfile made it', (createdBy, instruction, text) => {
    expect(dockerfileLine(createdBy)).toEqual({ instruction, text });
  });

  it('keeps every character of a command behind the default shell', () => {
    fc.assert(
      fc.property(fc.string(), (command) => {
        fc.pre(!command.includes('#(nop)'));
        const expected = command.trim();
        expect(dockerfileLine(`/bin/sh -c ${command} # buildkit`)).toEqual({
          instruction: 'RUN',
          text: expected,
        });
      }),
    );
  });

  it.each([
    ['spaces', ' '],
    ['spaces before words', 'x '],
    ['options', ' -a'],
    ['slashes', '/sh'],
    ['shells without a command', 'sh -a '],
    ['build arguments', 'A=1 '],
  ])('reads a megabyte of %s', (_, unit) => {
    const noise = unit.repeat(Math.ceil(1_000_000 / unit.length));
    for (const prefix of ['', 'sh', '|3 ', 'RUN ', '/bin/sh -c ', 'RUN |1 A=']) {
      const { instruction, text } = dockerfileLine(`${prefix}${noise}$`);
      expect(instruction.length + text.length).toBeLessThanOrEqual(
        prefix.length + noise.length + 5,
      );
    }
  });
});
