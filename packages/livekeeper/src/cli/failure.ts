import { LivekeeperError } from "@livekeeper/base/errors";
import { printable } from "@livekeeper/base/log/printable";
import { failureText, type Language } from "@livekeeper/base/text";
import { DouyinError } from "@livekeeper/douyin/errors";
import type { Io } from "./io.ts";

/** Reports to a person what went wrong and what to do. Only unexpected errors include a stack. */
export function reportFailure(thrown: unknown, io: Pick<Io, "err" | "paint" | "language">): void {
	const [first = "", ...more] = messageOf(thrown, io.language).split("\n").map(printable);
	io.err(`${io.paint("red", "✗")} ${first}`);
	for (const line of more) io.err(line);
	if (thrown instanceof LivekeeperError) io.err(`  ${io.paint("gray", "→")} ${printable(thrown.hint[io.language])}`);
}

function messageOf(thrown: unknown, language: Language): string {
	if (thrown instanceof LivekeeperError) return thrown.text[language];
	if (thrown instanceof DouyinError) return failureText(thrown)[language];
	return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
