import type { GiftRule, MessageRule, TotalsView } from "@livekeeper/simulator";
import { type Command, InvalidArgumentError, Option } from "commander";
import { commandTexts, helpTexts } from "../../text/index.ts";
import type { Io } from "../io.ts";

interface Flags {
	host: string;
	port: number;
	rooms: number;
	rate: number;
	seed: number;
	replay?: string;
	strict: boolean;
	gifts?: GiftRule;
	messages?: MessageRule;
	totals?: TotalsView["shown"];
}

/** `simulate`: a Douyin on this machine, to develop against without a live room. */
export function simulateCommand(program: Command, io: Io): void {
	program
		.command("simulate")
		.description(helpTexts.simulate[io.language])
		.option("--host <address>", helpTexts.simulateHost[io.language], "127.0.0.1")
		.option("--port <number>", helpTexts.simulatePort[io.language], whole(0, 65_535, io), 7002)
		.option("--rooms <number>", helpTexts.simulateRooms[io.language], whole(0, 10_000, io), 3)
		.option("--rate <number>", helpTexts.simulateRate[io.language], (text) => positive(text, io), 5)
		.option("--seed <number>", helpTexts.simulateSeed[io.language], whole(0, Number.MAX_SAFE_INTEGER, io), 1)
		.option("--replay <folder>", helpTexts.simulateReplay[io.language])
		.option("--strict", helpTexts.simulateStrict[io.language], false)
		.option("--gifts <all|first:n|none>", helpTexts.simulateGifts[io.language])
		.option("--messages <all|sampled:p|none>", helpTexts.simulateMessages[io.language])
		.addOption(
			new Option("--totals <which>", helpTexts.simulateTotals[io.language]).choices([
				"all",
				"tickets",
				"scores",
				"none",
			]),
		)
		.action(async (flags: Flags) => {
			const { replay, gifts, messages, totals, ...options } = flags;
			// Loaded only here: it is a server of its own.
			const { startSimulator } = await import("@livekeeper/simulator");
			const simulator = await startSimulator({
				...options,
				replay,
				identities: { gifts, messages },
				...(totals && { totals: { shown: totals } }),
			});
			const { language } = io;
			io.out(commandTexts.simulatorAt(io.paint("bold", simulator.url))[language]);
			for (const room of simulator.rooms) io.out(`  ${simulator.url}/${room.liveId}`);
			io.out(`  ${commandTexts.simulatorUse(simulator.url)[language]}`);
			io.out(`  ${commandTexts.simulatorFaults(`${simulator.url}/__sim/rooms`)[language]}`);
			const stop = () => void simulator.close().then(() => process.exit(0));
			process.once("SIGINT", stop);
			process.once("SIGTERM", stop);
		});
}

function whole(min: number, max: number, io: Pick<Io, "language">): (text: string) => number {
	return (text) => {
		const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
		if (value >= min && value <= max) return value;
		throw new InvalidArgumentError(commandTexts.range(min, max)[io.language]);
	};
}

function positive(text: string, io: Pick<Io, "language">): number {
	const value = Number(text);
	if (Number.isFinite(value) && value > 0 && value <= 10_000) return value;
	throw new InvalidArgumentError(commandTexts.rate[io.language]);
}
