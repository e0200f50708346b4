import { InterruptedNotice } from '../features/journal/InterruptedNotice';
import { NoticeBar } from '#components/NoticeBar';
import { api } from '#lib/api';
import { useNotices } from '#lib/live';

/** What the user should know about this run, above the middle. */
export const Notices = () => {
  const notices = useNotices();
  return (
    <>
      <InterruptedNotice />
      {notices.map(({ id, level, title, message }) => (
        <NoticeBar
          key={id}
          level={level}
          title={title}
          message={message}
          onDismiss={() => void api.app.dismissNotice({ noticeId: id })}
        />
      ))}
    </>
  );
};
