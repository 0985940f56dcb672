/** The release of the suite's collectors: every record says it. The next release has the next number. */
export const release = 1;
