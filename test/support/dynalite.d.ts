/** dynalite comes without types. */
declare module 'dynalite';
