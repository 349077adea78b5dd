import type { Language } from "@livekeeper/base/text";
import { CommanderError } from "commander";
import { reportFailure } from "./main.ts";
import { createProgram } from "./program.ts";

export interface Result {
	out: string;
	err: string;
	failed: boolean;
}

export function listener(language: Language = "en") {
	const lines = { out: [] as string[], err: [] as string[] };
	const io = {
		out: (line: string) => void lines.out.push(line),
		err: (line: string) => void lines.err.push(line),
		paint: (_style: unknown, text: string) => text,
		columns: 200,
		language,
	};
	return { io, lines };
}

/** Runs one command in this process, as `main` does, in English. */
export function run(...args: string[]): Promise<Result> {
	return runIn("en", ...args);
}

export async function runIn(language: Language, ...args: string[]): Promise<Result> {
	const { io, lines } = listener(language);
	const program = createProgram(io);
	for (const command of [program, ...program.commands].flatMap((one) => [one, ...one.commands])) command.exitOverride();
	let failed = false;
	try {
		await program.parseAsync(["node", "livekeeper", ...args]);
	} catch (error) {
		failed = !(error instanceof CommanderError) || error.exitCode !== 0;
		if (!(error instanceof CommanderError)) reportFailure(error, io);
	}
	return { out: lines.out.join("\n"), err: lines.err.join("\n"), failed };
}
