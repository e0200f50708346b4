import type { Words } from './error-words';

export const localWords = {
  'input-invalid': {
    title: 'Something in the form is not right',
    explanation: 'A field holds something that cannot be used.',
    whatToDo: 'Correct the marked field.',
    action: 'none',
  },
  'registry-unknown': {
    title: 'Registry no longer here',
    explanation: 'This registry was removed from Tagboat.',
    whatToDo: 'Choose another one, or add it again.',
    action: 'none',
  },
  'already-exists': {
    title: 'Already there',
    explanation: 'The same entry is in the list.',
    whatToDo: 'Use the one that is there.',
    action: 'none',
  },
  'keychain-failed': {
    title: 'Keychain not available',
    explanation: 'The keychain of this computer is locked or did not answer.',
    whatToDo: 'Unlock it and try again. Without one, credentials last until Tagboat closes.',
    action: 'open-settings',
  },
  'storage-failed': {
    title: 'Could not save',
    explanation: 'The disk is full, or the settings folder cannot be written.',
    whatToDo: 'Make room or correct the rights of the folder, then try again.',
    action: 'retry',
  },
  'repository-busy': {
    title: 'Another change is under way',
    explanation:
      'One change of a repository runs at a time, also across windows and the command line.',
    whatToDo: 'Wait until it has ended, then try again.',
    action: 'retry',
  },
  'plan-refused': {
    title: 'The change cannot be made',
    explanation: 'The requests exclude each other, or something stands in the way of the plan.',
    whatToDo: 'Change what is asked for, or what the message names.',
    action: 'none',
  },
  'plan-unknown': {
    title: 'The plan is too old',
    explanation: 'A newer plan took its place, or Tagboat was restarted since it was made.',
    whatToDo: 'Make the plan again; nothing was changed.',
    action: 'retry',
  },
  'sender-refused': {
    title: 'Request refused',
    explanation: 'The request did not come from the window itself.',
    whatToDo: 'Restart Tagboat.',
    action: 'none',
  },
  internal: {
    title: 'Something in Tagboat failed',
    explanation: 'This is a fault of the program, not of the registry.',
    whatToDo: 'Try again; if it stays, report it with the details below.',
    action: 'retry',
  },
} as const satisfies Words;
