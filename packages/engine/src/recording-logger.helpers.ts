import { recordingLogger as recording } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { logLines } from "./text/index.ts";

/** Returns a logger with this package's lines, whose entries a test reads in `lines`. */
export const recordingLogger = () => recording(logLines);
