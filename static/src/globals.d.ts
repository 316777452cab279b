/** The application's version, from package.json, put in by the build. */
declare const __APP__: string;
