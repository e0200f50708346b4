export type RequestPriority = 'interactive' | 'background';
