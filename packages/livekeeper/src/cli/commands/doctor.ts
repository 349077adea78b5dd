import type { Command } from "commander";
import { type Config, serviceUrl } from "../../config.ts";
import { LivekeeperError } from "../../errors.ts";
import { printable } from "../../log/printable.ts";
import type { Examination } from "../../service/doctor.ts";
import { commandTexts, doctorTexts, helpTexts, liveIdHint, liveIdTexts, stepNames } from "../../text/index.ts";
import { createApiClient, type DoctorFinding } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf, upstreamOptions } from "../config-flags.ts";
import { padColumns } from "../format/width.ts";
import type { Io } from "../io.ts";

/** `doctor`: tries each step from here to a room's messages, and says which fails and what to do. */
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
		await examine(configOf(flags), { given, identity: typeof identity === "string" ? identity : undefined }, io);
	});
}

interface Question {
	given: string | undefined;
	identity: string | undefined;
}

async function examine(config: Config, { given, identity }: Question, io: Io): Promise<void> {
	const liveId = given === undefined ? undefined : await liveIdOf(given);
	const stop = new AbortController();
	const onSignal = () => stop.abort();
	process.once("SIGINT", onSignal);
	try {
		const own = upstreamOptions.filter((name) => config.origin.options[name] === "flag");
		const asked = identity !== undefined || own.length === 0;
		if (asked && (await told(await stepsOfService(config, { liveId, identity }, stop.signal, io), config, io))) return;
		const { examineFromHere } = await import("../../service/doctor.ts");
		await told(inLanguage(examineFromHere(config, liveId, stop.signal), io), config, io);
	} catch (error) {
		if (!stop.signal.aborted) throw error;
		process.exitCode = 1;
	} finally {
		process.off("SIGINT", onSignal);
	}
}

/** The steps that this program does itself, as a service that was asked would tell them. */
async function* inLanguage(steps: Examination, { language }: Pick<Io, "language">): Steps {
	for (;;) {
		const { done, value } = await steps.next();
		if (done) return value;
		yield { ...value, detail: value.detail[language], hint: value.hint?.[language] };
	}
}

type Steps = AsyncGenerator<DoctorFinding, { liveId: string | undefined; ok: boolean | undefined }>;

/** @returns `undefined` where no service runs, which is told, and is no failure where a room can be tried from here */
async function stepsOfService(
	config: Config,
	question: { liveId: string | undefined; identity: string | undefined },
	signal: AbortSignal,
	io: Io,
): Promise<Steps | undefined> {
	const { language } = io;
	const client = createApiClient({ url: serviceUrl(config), apiKey: config.apiKey, language });
	try {
		return await client.doctor(question, signal);
	} catch (error) {
		const here = error instanceof LivekeeperError && error.code === "server_unreachable";
		if (!here || question.identity !== undefined) throw error;
		const detail = doctorTexts.fromHere(error.text)[language];
		tell(io, { name: "service", ok: undefined, detail, hint: error.hint[language] });
		return undefined;
	}
}

/** Says each step, and what comes of them. @returns false where there are none */
async function told(steps: Steps | undefined, config: Config, io: Io): Promise<boolean> {
	if (!steps) return false;
	for (;;) {
		const { done, value } = await steps.next();
		if (!done) {
			if (value.ok === false) process.exitCode = 1;
			const runs = value.name === "service" ? doctorTexts.runsAt(serviceUrl(config))[io.language] : "";
			tell(io, { ...value, detail: `${runs}${value.detail}` });
			continue;
		}
		const { liveId, ok } = value;
		if (liveId === undefined) {
			io.out(`  ${io.paint("gray", "→")} ${commandTexts.giveLiveId[io.language]}`);
		} else io.out((ok ? commandTexts.canBeKept(liveId) : commandTexts.cannotBeKept(liveId))[io.language]);
		return true;
	}
}

function tell(io: Io, { name, ok, detail, hint, tookMs }: DoctorFinding): void {
	const mark = ok === undefined ? io.paint("gray", "·") : ok ? io.paint("green", "✓") : io.paint("red", "✗");
	const took = tookMs === undefined ? "" : io.paint("gray", ` (${Math.round(tookMs)} ms)`);
	io.out(`${mark} ${io.paint("bold", padColumns(stepNames[name][io.language], 9))} ${printable(detail)}${took}`);
	if (hint) io.out(`  ${io.paint("gray", "→")} ${printable(hint)}`);
}

async function liveIdOf(input: string): Promise<string> {
	const { parseLiveId } = await import("@livekeeper/douyin");
	const parsed = parseLiveId(input);
	if (!parsed.ok) throw new LivekeeperError("invalid_live_id", liveIdTexts[parsed.code], { hint: liveIdHint });
	return parsed.liveId;
}
