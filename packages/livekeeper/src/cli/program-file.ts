import { fileURLToPath } from "node:url";

/**
 * Path of the command-line program. It is the same from sources and from the bundle: both are equally deep in the
 * package.
 */
export const programFile = fileURLToPath(new URL("../../bin/livekeeper.js", import.meta.url));
