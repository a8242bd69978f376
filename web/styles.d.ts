/** Style sheets are gathered by the bundler into one file. */
declare module '*.css';
