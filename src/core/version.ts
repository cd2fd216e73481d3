/** The version of the package, for metadata and reports; a test keeps it equal to package.json's. */

/** Semantic version. */
export const version = '0.1.0'
