import type { LogLines } from "@livekeeper/base/text";
import { logLines as ofRooms } from "@livekeeper/engine/text";
import { logLines as ofLog } from "@livekeeper/log/text";
import { logLines as ofTargets } from "@livekeeper/targets/text";
import { englishLines } from "./en-log.ts";
import { chineseLines } from "./zh-log.ts";

/** Lines of the service's log: those of each package that it consists of. */
export const logLines: LogLines = {
	en: { ...englishLines, ...ofRooms.en, ...ofLog.en, ...ofTargets.en },
	zh: { ...chineseLines, ...ofRooms.zh, ...ofLog.zh, ...ofTargets.zh },
};

/** Returns whether a code is one of an event that this program logs. */
export const isKnownEvent = (event: string): boolean => Object.hasOwn(logLines.zh, event);
