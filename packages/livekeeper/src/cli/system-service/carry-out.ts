import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { commandFailures, commandTexts } from "../../text/index.ts";
import type { Io } from "../io.ts";
import type { Call, Step } from "./systems.ts";

/** Operations that change this machine. */
export interface Hands {
	write(path: string, content: Buffer): void;
	remove(path: string): void;
	/** @returns its exit status and its output */
	call(call: Call): { status: number | null; output: string; error?: Error | undefined };
}

export const realHands: Hands = {
	write(path, content) {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, content);
	},
	remove: (path) => rmSync(path, { force: true }),
	call({ program, args }) {
		const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", windowsHide: true });
		return { status, output: `${stdout ?? ""}${stderr ?? ""}`.trim(), error };
	},
};

/** Performs and prints the steps. @throws LivekeeperError `system_service_failed` at the first that fails */
export function carryOut(steps: readonly Step[], io: Io, hands: Hands = realHands): void {
	for (const step of steps) {
		io.out(describe(step, io));
		if ("program" in step) run(step, io, hands);
		else changeFile(step, hands);
	}
}

/** Prints the steps without performing them, with the files' contents. */
export function showSteps(steps: readonly Step[], io: Io): void {
	for (const step of steps) {
		io.out(describe(step, io));
		if ("write" in step) io.out(textOf(step.content));
	}
}

function describe(step: Step, { language }: Io): string {
	if ("program" in step) return commandTexts.runs(commandLine(step))[language];
	return ("write" in step ? commandTexts.writes(step.write) : commandTexts.removes(step.remove))[language];
}

function run(call: Call, io: Io, hands: Hands): void {
	const { status, output, error } = hands.call(call);
	if (output !== "") io.out(output);
	if (!error && (status === 0 || call.mayFail)) return;
	throw failed(commandLine(call), error ? error.message : `exit status ${status}`, error);
}

function changeFile(step: Exclude<Step, Call>, hands: Hands): void {
	try {
		if ("write" in step) hands.write(step.write, step.content);
		else hands.remove(step.remove);
	} catch (error) {
		throw failed("write" in step ? step.write : step.remove, (error as Error).message, error);
	}
}

function failed(what: string, words: string, cause: unknown): LivekeeperError {
	return new LivekeeperError("system_service_failed", commandFailures.systemService(what, words), { cause });
}

function commandLine({ program, args }: Call): string {
	return [program, ...args].map((word) => (/[\s"]/.test(word) ? `"${word}"` : word)).join(" ");
}

function textOf(content: Buffer): string {
	const isUtf16 = content[0] === 0xff && content[1] === 0xfe;
	return (isUtf16 ? content.toString("utf16le").slice(1) : content.toString()).trimEnd();
}
