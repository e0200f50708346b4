import { useEffect, useState } from 'react';

const quietMs = 600;

/**
 * Says a changing text to screen readers, at most once in 600 ms, so that a list that grows is not a stutter.
 * Nothing is shown.
 */
export const LiveText = ({ text }: { readonly text: string }) => {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), quietMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <output className="tb-visually-hidden" aria-live="polite">
      {said}
    </output>
  );
};
