import { fileURLToPath } from "node:url";

/** What runs the command line. It is found from sources, and from where they are joined: both are as deep in the package. */
export const programFile = fileURLToPath(new URL("../../bin/livekeeper.js", import.meta.url));
