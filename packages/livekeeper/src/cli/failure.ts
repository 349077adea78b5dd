import { DouyinError } from "@livekeeper/douyin";
import { LivekeeperError } from "../errors.ts";
import { printable } from "../log/printable.ts";
import type { Io } from "./io.ts";

/** Tells a person what went wrong and what to do. Only what nobody foresaw comes with a stack. */
export function reportFailure(thrown: unknown, io: Pick<Io, "err" | "paint">): void {
	const [first = "", ...more] = messageOf(thrown).split("\n").map(printable);
	io.err(`${io.paint("red", "✗")} ${first}`);
	for (const line of more) io.err(line);
	if (thrown instanceof LivekeeperError) io.err(`  ${io.paint("gray", "→")} ${printable(thrown.hint)}`);
}

function messageOf(thrown: unknown): string {
	if (thrown instanceof LivekeeperError || thrown instanceof DouyinError) return thrown.message;
	return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
