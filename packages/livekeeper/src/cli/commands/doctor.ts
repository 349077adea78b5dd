import { parseLiveId, probe } from "@livekeeper/douyin";
import type { Command } from "commander";
import { type Config, serviceUrl } from "../../config.ts";
import { LivekeeperError } from "../../errors.ts";
import { printable } from "../../log/printable.ts";
import {
	codeNames,
	commandTexts,
	failureText,
	helpTexts,
	liveIdHint,
	liveIdTexts,
	probeText,
	stepNames,
	type Text,
} from "../../text/index.ts";
import { createApiClient } from "../api-client.ts";
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
	doctor.action(async (given: string | undefined, flags: Record<string, unknown>) => {
		const config = configOf(flags);
		const detail = commandTexts.upstream(config.upstreamUrl, identityOf(config))[io.language];
		tell(io, { ok: true, name: "configuration", detail });
		const kept = await checkService(config, io);
		const name = flags["identity"];
		if (typeof name === "string") await checkIdentity(name, config, io);
		const liveId = given ?? kept;
		if (liveId === undefined) {
			io.out(`  ${io.paint("gray", "→")} ${commandTexts.giveLiveId[io.language]}`);
			return;
		}
		const steps = typeof name === "string" ? stepsOfService(name, config, io) : stepsFromHere(config, io);
		if (!(await checkRoom(liveId, steps, io))) process.exitCode = 1;
	});
}

interface Finding {
	name: keyof typeof stepNames;
	/** `undefined`: neither good nor bad. */
	ok: boolean | undefined;
	detail: string;
	hint?: string | undefined;
	tookMs?: number;
}

function tell(io: Io, { name, ok, detail, hint, tookMs }: Finding): void {
	const mark = ok === undefined ? io.paint("gray", "·") : ok ? io.paint("green", "✓") : io.paint("red", "✗");
	const took = tookMs === undefined ? "" : io.paint("gray", ` (${Math.round(tookMs)} ms)`);
	io.out(`${mark} ${io.paint("bold", padColumns(stepNames[name][io.language], 14))} ${printable(detail)}${took}`);
	if (hint) io.out(`  ${io.paint("gray", "→")} ${printable(hint)}`);
}

function identityOf({ cookie, proxy }: Config): Text {
	return commandTexts.cookieAndProxy(cookie !== undefined, proxy !== undefined);
}

/** A service need not run for a room to be reachable: its absence is told, and is no failure. */
async function checkService(config: Config, io: Io): Promise<string | undefined> {
	const url = serviceUrl(config);
	try {
		const rooms = await createApiClient({ url, apiKey: config.apiKey, language: io.language }).rooms();
		const connected = rooms.filter((room) => room.state === "connected").length;
		const detail = commandTexts.serviceRuns(url, rooms.length, connected)[io.language];
		tell(io, { ok: true, name: "service", detail });
		return rooms[0]?.live_id;
	} catch (error) {
		if (!(error instanceof LivekeeperError)) throw error;
		const ok = error.code === "server_unreachable" ? undefined : false;
		if (ok === false) process.exitCode = 1;
		tell(io, { ok, name: "service", detail: error.text[io.language], hint: error.hint[io.language] });
		return undefined;
	}
}

/** What the service knows of an identity; its cookie never leaves the service. */
async function checkIdentity(name: string, config: Config, io: Io): Promise<void> {
	const client = createApiClient({ url: serviceUrl(config), apiKey: config.apiKey, language: io.language });
	const { status, expires_at: expiresAt, warning, rooms } = await client.identity(name);
	const ends = expiresAt === null ? "" : new Date(expiresAt).toISOString();
	const ok = status === "logged_in" || status === "anonymous";
	if (!ok) process.exitCode = 1;
	const words = commandTexts.identityIs(name, codeNames.login[status], status !== "logged_in", ends, rooms.length);
	tell(io, { ok, name: "identity", detail: words[io.language], hint: warning ?? undefined });
}

type Steps = (liveId: string, signal: AbortSignal) => AsyncIterable<Finding & { ok: boolean }>;

/** The way from this program to the room, with the configured cookie. */
function stepsFromHere(config: Config, { language }: Pick<Io, "language">): Steps {
	const { upstreamUrl, allowedHosts, cookie, proxy, userAgent, heartbeatMs, handshakeTimeoutMs, requestTimeoutMs } =
		config;
	const timing = { heartbeatMs, handshakeTimeoutMs, requestTimeoutMs };
	const options = { baseUrl: upstreamUrl, allowedHosts, cookie, proxy, userAgent, ...timing };
	return async function* (liveId, signal) {
		for await (const step of probe(liveId, options, signal)) {
			const { detail, hint } = probeText(step, step.failure && failureText(step.failure), Date.now());
			yield { ...step, detail: detail[language], hint: hint?.[language] };
		}
	};
}

/** The way from the service to the room, with an identity of its own. */
function stepsOfService(name: string, config: Config, io: Pick<Io, "language">): Steps {
	const client = createApiClient({ url: serviceUrl(config), apiKey: config.apiKey, language: io.language });
	return async function* (liveId) {
		const steps = await client.probe(name, liveId);
		for (const { took_ms: tookMs, hint, ...step } of steps) yield { ...step, hint: hint ?? undefined, tookMs };
	};
}

async function checkRoom(input: string, steps: Steps, io: Io): Promise<boolean> {
	const parsed = parseLiveId(input);
	if (!parsed.ok) throw new LivekeeperError("invalid_live_id", liveIdTexts[parsed.code], { hint: liveIdHint });
	const stop = new AbortController();
	const onSignal = () => stop.abort();
	process.once("SIGINT", onSignal);
	let ok = true;
	try {
		for await (const step of steps(parsed.liveId, stop.signal)) {
			// A login that has ended keeps nobody from what visitors see.
			if (step.name !== "login") ok &&= step.ok;
			else if (!step.ok) process.exitCode = 1;
			tell(io, step);
		}
	} catch (error) {
		if (!stop.signal.aborted) throw error;
		ok = false;
	} finally {
		process.off("SIGINT", onSignal);
	}
	const { liveId } = parsed;
	io.out((ok ? commandTexts.canBeKept(liveId) : commandTexts.cannotBeKept(liveId))[io.language]);
	return ok;
}
