import { type Command, InvalidArgumentError } from "commander";
import type { Io } from "../io.ts";

interface Flags {
	host: string;
	port: number;
	rooms: number;
	rate: number;
	seed: number;
	replay?: string;
	strict: boolean;
}

/** `simulate`: a Douyin on this machine, to develop against without a live room. */
export function simulateCommand(program: Command, io: Io): void {
	program
		.command("simulate")
		.description("run a simulated Douyin")
		.option("--host <address>", "address to listen on", "127.0.0.1")
		.option("--port <number>", "port to listen on; 0 takes any free one", whole(0, 65_535), 7002)
		.option("--rooms <number>", "how many rooms", whole(0, 10_000), 3)
		.option("--rate <number>", "messages a second in each room", positive, 5)
		.option("--seed <number>", "the same seed sends the same messages", whole(0, Number.MAX_SAFE_INTEGER), 1)
		.option("--replay <folder>", "send recorded frames (.hex, .b64, .ndjson) from this folder")
		.option("--strict", "let in only clients that are like the site's page", false)
		.action(async (flags: Flags) => {
			const { replay, ...options } = flags;
			// Loaded only here: it is a server of its own.
			const { startSimulator } = await import("@livekeeper/simulator");
			const simulator = await startSimulator({ ...options, ...(replay === undefined ? {} : { replay }) });
			io.out(`The simulated Douyin is at ${io.paint("bold", simulator.url)}`);
			for (const room of simulator.rooms) io.out(`  ${simulator.url}/${room.liveId}`);
			io.out(`  Use it with: livekeeper serve --upstream-url ${simulator.url}`);
			io.out(`  Faults and lists: ${simulator.url}/__sim/rooms`);
			const stop = () => void simulator.close().then(() => process.exit(0));
			process.once("SIGINT", stop);
			process.once("SIGTERM", stop);
		});
}

function whole(min: number, max: number): (text: string) => number {
	return (text) => {
		const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
		if (value >= min && value <= max) return value;
		throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
	};
}

function positive(text: string): number {
	const value = Number(text);
	if (Number.isFinite(value) && value > 0 && value <= 10_000) return value;
	throw new InvalidArgumentError("Expected a number above 0, at most 10000.");
}
