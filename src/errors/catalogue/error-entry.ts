/** What a code means, and what to do about it. Plain sentences; the message of an error says the particulars. */
export type ErrorEntry = readonly [cause: string, whatToDo: string];
