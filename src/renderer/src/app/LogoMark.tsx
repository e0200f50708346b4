/** Three layers on a hull: the sign of Tagboat, in the accent colour. */
export const LogoMark = ({ size = 18 }: { readonly size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden>
    <g stroke="var(--tb-accent)" strokeWidth="1.9" strokeLinecap="round" strokeLinejoin="round">
      <path d="M12 2.8 3.6 7.2 12 11.6l8.4-4.4L12 2.8Z" />
      <path d="m3.6 12 8.4 4.4 8.4-4.4" />
      <path d="m3.6 16.8 8.4 4.4 8.4-4.4" />
    </g>
  </svg>
);
