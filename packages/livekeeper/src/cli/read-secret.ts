import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { LivekeeperError } from "@livekeeper/base/errors";
import { commandFailures } from "@livekeeper/base/text";

/** Input of a command: standard input, which may be a person's terminal. */
export type SecretInput = Readable & Partial<Pick<NodeJS.ReadStream, "isTTY" | "setRawMode">>;

const interrupt = "\u0003";
const endOfInput = "\u0004";
const backspaces = ["\u0008", "\u007f"];

/**
 * Reads a secret from a file, or from standard input for `-` or without a file; typed input is not shown. Never from
 * the command line, because other users of a machine can see that.
 */
export async function readSecret(
	file: string | undefined,
	prompt: string,
	input: SecretInput = process.stdin,
	print: (text: string) => void = (line) => void process.stderr.write(line),
): Promise<string> {
	if (file !== undefined && file !== "-") return fromFile(file);
	if (!input.isTTY || !input.setRawMode) return (await text(input)).trim();
	print(prompt);
	input.setRawMode(true);
	try {
		return await typedLine(input);
	} finally {
		input.setRawMode(false);
		input.pause();
		print("\n");
	}
}

async function fromFile(file: string): Promise<string> {
	try {
		return (await readFile(file, "utf8")).trim();
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new LivekeeperError("invalid_request", commandFailures.unreadableFile(file, code), {
			cause,
			hint: commandFailures.unreadableFileHint,
		});
	}
}

/** Reads typed or pasted input up to the end of the line. */
async function typedLine(input: SecretInput): Promise<string> {
	let line = "";
	for await (const chunk of input.iterator({ destroyOnReturn: false })) {
		for (const char of String(chunk)) {
			if (char === "\r" || char === "\n" || char === endOfInput) return line.trim();
			if (char === interrupt)
				throw new LivekeeperError("invalid_request", commandFailures.stopped, { hint: commandFailures.stoppedHint });
			line = backspaces.includes(char) ? line.slice(0, -1) : line + char;
		}
	}
	return line.trim();
}
