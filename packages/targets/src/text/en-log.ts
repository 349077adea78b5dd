import type { LogLines } from "@livekeeper/base/text";
import { seconds } from "@livekeeper/base/text/log-lines";
import { counted } from "@livekeeper/base/text/units";

/** Lines of the English log, by `event`. The other fields of an entry follow a warning. */
export const englishLines: LogLines["en"] = {
	target_failed: "A delivery to a target failed",
	target_dead_letter: ({ attempts }) =>
		`Messages for a target remain undelivered after ${counted(Number(attempts), "attempt")}`,
	target_paused: ({ failures }) =>
		`A target is paused after ${counted(Number(failures), "failure", "failures in a row")}`,
	target_resumed: "A paused target delivers again",
	target_unreadable: "A target's URL and secret can't be decrypted: enter both again",
	target_missed: "Messages for a target are missing: they were deleted or lost before they could be sent",
	target_delivers: "A target delivers this room's messages again",
	target_changes_failed: ({ retry_ms }) =>
		`Changes to targets can't be read at the moment; retrying in ${seconds(retry_ms)} s`,
	target_position_taken: ({ retry_ms }) =>
		`Another node wrote this target's position in the room; continuing from there in ${seconds(retry_ms)} s`,
	target_storage_failed: ({ retry_ms }) => `Storage failed; the target waits ${seconds(retry_ms)} s`,
};
