declare module "*.css" {
  const sheet: string;
  export default sheet;
}

/** The address of the app, relative to the loader; the build puts it in. */
declare const APP_ADDRESS: string;
/** What the app hashes to, for pages that pin what they load. */
declare const APP_INTEGRITY: string;
