/** Makes the command a thread of itself that checks passwords (see password-checker.ts). No command of users. */
export const passwordThreadArgument = '--check-passwords';
