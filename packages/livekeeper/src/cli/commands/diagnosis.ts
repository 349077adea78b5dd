import { LivekeeperError } from "@livekeeper/base/errors";
import { printable } from "@livekeeper/base/log/printable";
import { liveIdHint, liveIdTexts } from "@livekeeper/base/text";
import type { DoctorStep, DoctorVerdict } from "@livekeeper/client";
import type { Command } from "commander";
import { type Config, serviceUrl } from "../../config.ts";
import { commandTexts, diagnosisTexts, doctorTexts, helpTexts, stepNames } from "../../text/index.ts";
import { addConfigFlags, clientOptions, configOf, upstreamOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { padColumns } from "../io.ts";
import { saveFile } from "../save-file.ts";
import { withService } from "../with-service.ts";

/** `doctor`: tries each step from here to a room's messages, and reports which fails and what to do. */
export function doctorCommand(program: Command, io: Io): void {
	const doctor = program
		.command("doctor")
		.description(helpTexts.doctor[io.language])
		.argument("[live_id]", helpTexts.doctorRoom[io.language]);
	doctor.option("--identity <name>", helpTexts.doctorIdentity[io.language]);
	addConfigFlags(doctor, io, [
		...clientOptions,
		...upstreamOptions,
		"heartbeat_ms",
		"handshake_timeout_ms",
		"request_timeout_ms",
	]);
	doctor.addHelpText("after", doctorTexts.more[io.language]);
	doctor.action(async (given: string | undefined, flags: Record<string, unknown>) => {
		const { identity } = flags;
		await examine(flags, { given, identity: typeof identity === "string" ? identity : undefined }, io);
	});
}

interface Question {
	given: string | undefined;
	identity: string | undefined;
}

async function examine(flags: Record<string, unknown>, { given, identity }: Question, io: Io): Promise<void> {
	const config = configOf(flags);
	const liveId = given === undefined ? undefined : await liveIdOf(given);
	const stop = new AbortController();
	const onSignal = () => stop.abort();
	process.once("SIGINT", onSignal);
	try {
		const own = upstreamOptions.filter((name) => config.origin.options[name] === "flag");
		const asked = identity !== undefined || own.length === 0;
		const verdict = asked ? await byService(flags, { liveId, identity, signal: stop.signal }, io) : undefined;
		printVerdict(verdict ?? (await fromHere(config, liveId, stop.signal, io)), io);
	} catch (error) {
		if (!stop.signal.aborted) throw error;
		process.exitCode = 1;
	} finally {
		process.off("SIGINT", onSignal);
	}
}

/** Yields the steps that this program performs itself. */
async function fromHere(
	config: Config,
	liveId: string | undefined,
	signal: AbortSignal,
	io: Io,
): Promise<DoctorVerdict> {
	const { examineFromHere } = await import("../../service/connections.ts");
	const steps = examineFromHere(config, liveId, signal);
	for (;;) {
		const { done, value } = await steps.next();
		if (done) return { liveId: value.liveId ?? null, ok: value.ok ?? null };
		const { name, ok = null, detail, hint, tookMs = null } = value;
		printStep(io, { name, ok, detail: detail[io.language], hint: hint?.[io.language] ?? null, took_ms: tookMs });
	}
}

interface AskedQuestion {
	liveId: string | undefined;
	identity: string | undefined;
	signal: AbortSignal;
}

/** @returns `undefined` if no service runs, which is reported, without a failure if a room can be probed from here */
async function byService(
	flags: Record<string, unknown>,
	question: AskedQuestion,
	io: Io,
): Promise<DoctorVerdict | undefined> {
	const { language } = io;
	const url = serviceUrl(configOf(flags));
	let begun = false;
	const onStep = (step: DoctorStep) => {
		begun = true;
		const runs = step.name === "service" ? doctorTexts.runsAt(url)[language] : "";
		printStep(io, { ...step, detail: `${runs}${step.detail}` });
	};
	try {
		return await withService(flags, io, (client) => client.doctor({ ...question, onStep }));
	} catch (error) {
		if (!(error instanceof LivekeeperError) || error.code !== "server_unreachable") throw error;
		if (begun) throw new LivekeeperError("server_unreachable", doctorTexts.brokeOff(url), { cause: error });
		if (question.identity !== undefined) throw error;
		const detail = doctorTexts.fromHere(error.text)[language];
		printStep(io, { name: "service", ok: null, detail, hint: error.hint[language], took_ms: null });
		return undefined;
	}
}

function printVerdict({ liveId, ok }: DoctorVerdict, io: Io): void {
	if (liveId === null) io.out(`  ${io.paint("gray", "→")} ${commandTexts.giveLiveId[io.language]}`);
	else io.out((ok ? commandTexts.canBeKept(liveId) : commandTexts.cannotBeKept(liveId))[io.language]);
}

function printStep(io: Io, { name, ok, detail, hint, took_ms: tookMs }: DoctorStep): void {
	if (ok === false) process.exitCode = 1;
	const mark = ok === null ? io.paint("gray", "·") : ok ? io.paint("green", "✓") : io.paint("red", "✗");
	const took = tookMs === null ? "" : io.paint("gray", ` (${Math.round(tookMs)} ms)`);
	io.out(`${mark} ${io.paint("bold", padColumns(stepNames[name][io.language], 9))} ${printable(detail)}${took}`);
	if (hint) io.out(`  ${io.paint("gray", "→")} ${printable(hint)}`);
}

async function liveIdOf(input: string): Promise<string> {
	const { parseLiveId } = await import("@livekeeper/douyin");
	const parsed = parseLiveId(input);
	if (!parsed.ok) throw new LivekeeperError("invalid_live_id", liveIdTexts[parsed.code], { hint: liveIdHint });
	return parsed.liveId;
}

interface Flags extends Record<string, unknown> {
	out?: string;
	keepRoomNumbers?: boolean;
	doctor?: boolean;
}

/** `diagnose`: saves what explains a problem as one archive, and lists what is in it. */
export function diagnoseCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("diagnose")
		.description(helpTexts.diagnose[language])
		.option("--out <file>", helpTexts.diagnoseFile[language])
		.option("--keep-room-numbers", helpTexts.diagnoseRooms[language])
		.option("--no-doctor", helpTexts.diagnoseNoDoctor[language]);
	addConfigFlags(command, io, clientOptions).action(async (flags: Flags) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		try {
			const question = { doctor: flags.doctor !== false, keepRoomNumbers: flags.keepRoomNumbers === true };
			const bundle = await withService(flags, io, (client) => client.diagnose({ ...question, signal: stop.signal }));
			const file = flags.out ?? bundle.fileName;
			await saveFile(chunksOf(bundle.zip), file, { signal: stop.signal });
			io.out(`${io.paint("green", "✓")} ${diagnosisTexts.saved(file)[language]}`);
			const width = Math.max(...bundle.files.map(({ name }) => name.length));
			for (const { name, about } of bundle.files) io.out(`  ${padColumns(name, width)}  ${about}`);
		} catch (error) {
			if (!stop.signal.aborted) throw error;
			process.exitCode = 130;
		} finally {
			process.off("SIGINT", onSignal);
		}
	});
}

async function* chunksOf(zip: Blob): AsyncGenerator<Uint8Array, void> {
	yield new Uint8Array(await zip.arrayBuffer());
}
