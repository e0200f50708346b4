import { appChannels } from './app';
import { changeChannels } from './change';
import type { CallChannel, StreamChannel } from './channel';
import { imageChannels } from './image';
import { localChannels } from './local';
import { registryChannels } from './registry';
import { repositoryChannels } from './repository';
import { settingsChannels } from './settings';
import { tagChannels } from './tag';
import { taskChannels } from './task';

/** Every channel between the window and main. Requests are parsed with these schemas in main; answers are `Result`s. */
export const contract = {
  ...appChannels,
  ...registryChannels,
  ...repositoryChannels,
  ...tagChannels,
  ...imageChannels,
  ...settingsChannels,
  ...taskChannels,
  ...changeChannels,
  ...localChannels,
};

export type Contract = typeof contract;
export type ChannelName = keyof Contract;

export type CallName = {
  [N in ChannelName]: Contract[N] extends CallChannel<infer _R, infer _A> ? N : never;
}[ChannelName];
export type StreamName = {
  [N in ChannelName]: Contract[N] extends StreamChannel<infer _R, infer _P, infer _E> ? N : never;
}[ChannelName];

export type RequestOf<N extends ChannelName> =
  Contract[N] extends CallChannel<infer R, infer _A>
    ? R
    : Contract[N] extends StreamChannel<infer R, infer _P, infer _E>
      ? R
      : never;
export type AnswerOf<N extends CallName> =
  Contract[N] extends CallChannel<infer _R, infer A> ? A : never;
export type PageOf<N extends StreamName> =
  Contract[N] extends StreamChannel<infer _R, infer P, infer _E> ? P : never;
export type EndOf<N extends StreamName> =
  Contract[N] extends StreamChannel<infer _R, infer _P, infer E> ? E : never;
