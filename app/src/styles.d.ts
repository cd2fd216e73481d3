/** Style sheets, which the bundler takes out of the scripts that import them. */
declare module '*.css'
