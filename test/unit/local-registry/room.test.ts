import { expect, test } from 'vitest';
import { Room } from '#core/local-registry/room';

/** A room whose counts end when the test says so, with what it says. */
function openRoom(limitBytes: number) {
  const counts: ((bytes: number) => void)[] = [];
  const room = new Room(
    limitBytes,
    () =>
      new Promise((resolve) => {
        counts.push(resolve);
      }),
  );
  const endCount = (bytes: number): void => {
    const end = counts.shift();
    if (end === undefined) throw new Error('nothing is being counted');
    end(bytes);
  };
  /** A count with nothing else going on. */
  const count = async (bytes: number): Promise<void> => {
    const counted = room.recount();
    endCount(bytes);
    await counted;
  };
  return { room, endCount, count };
}

test('bytes that were taken and are not on the disk yet stay counted', async () => {
  const { room, endCount, count } = openRoom(100);
  await count(0);
  expect(room.take(60)).toBeUndefined();
  const counting = room.recount();
  endCount(0);
  await counting;
  expect(room.take(60)).toMatchObject({ code: 'DENIED' });
});

test('a blob that moves out of the uploads during a count, and is seen in neither place, stays counted', async () => {
  const { room, endCount, count } = openRoom(100);
  await count(0);
  room.take(60);
  const counting = room.recount();
  room.settle(60);
  endCount(0);
  await counting;
  expect(room.take(60)).toMatchObject({ code: 'DENIED' });
  // The next count sees it in its place.
  await count(60);
  room.giveBack(60);
  expect(room.take(40)).toBeUndefined();
});

test('an upload of an earlier run that ends during a count stays counted', async () => {
  const { room, endCount, count } = openRoom(100);
  await count(60);
  const counting = room.recount();
  room.reopen(60);
  room.settle(60);
  endCount(0);
  await counting;
  expect(room.take(60)).toMatchObject({ code: 'DENIED' });
});

test('what was taken for nothing comes back with a count, also while another upload is open', async () => {
  const { room, count } = openRoom(100);
  await count(0);
  room.take(70);
  room.settle(70);
  expect(room.take(20)).toBeUndefined();
  // The first one was there already: its bytes were dropped. The second one goes on.
  await count(20);
  expect(room.take(60)).toBeUndefined();
});

test('bytes that came without being taken, as manifests do, count from the next count on', async () => {
  const { room, count } = openRoom(100);
  await count(10);
  await count(95);
  expect(room.take(10)).toMatchObject({ code: 'DENIED' });
});
