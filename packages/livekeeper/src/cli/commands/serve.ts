import { constants } from "node:os";
import { printable } from "@livekeeper/base/log/printable";
import { launch } from "@livekeeper/base/text";
import type { StartThread } from "@livekeeper/log/store-thread";
import type { Command } from "commander";
import { restartedEnv, starterEnv } from "../../config/home.ts";
import { askedLanguageOfCommand } from "../../config/language.ts";
import { serviceUrl } from "../../config.ts";
import type { Service } from "../../service.ts";
import { commandTexts, helpTexts, logLines } from "../../text/index.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { openPage } from "../open-page.ts";
import { boundYoungSpace, holdYoungSpace } from "../young-space.ts";

/** Maximum time for a stop, ms: a supervisor would kill the process after it anyway. */
const maxStopMs = 2800;

/** `serve`: runs the service until Ctrl-C, SIGTERM, or its window closes. */
export function serveCommand(program: Command, io: Io): void {
	const serve = program.command("serve").description(helpTexts.serve[io.language]);
	serve.option("--open", helpTexts.open[io.language]);
	addConfigFlags(serve, io).action(async ({ open = false, ...flags }: Record<string, unknown>) => {
		const config = configOf(flags);
		holdYoungSpace();
		const startThread = config.cluster.length === 0 ? await startStoreThread() : undefined;
		// The server and its libraries take longest to load: no other command waits for them.
		const [{ createLogger }, { secretsOf, startService }] = await Promise.all([
			import("@livekeeper/base/log"),
			import("../../service.ts"),
		]);
		const logger = createLogger({
			level: config.logLevel,
			format: config.logFormat,
			lines: logLines,
			language: askedLanguageOfCommand() ?? "zh",
			secrets: secretsOf(config),
		});
		// Node writes its warnings as plain text into a log of JSON.
		process.removeAllListeners("warning");
		process.on("warning", (warning) => logger.warn({ event: "process_warning", err: warning }));
		let service: Service;
		try {
			service = await startService(config, { logger, startThread });
		} catch (failure) {
			const { explained, pageOfHolder } = await import("../running-service.ts");
			const running = open ? await pageOfHolder(failure, config) : undefined;
			if (running === undefined) throw await explained(failure, config);
			io.out(commandTexts.runsAlready(running)[io.language]);
			await show(running, io);
			return;
		}
		boundYoungSpace();
		if (config.logFormat === "pretty" || (config.logFormat === "auto" && process.stdout.isTTY)) {
			const { language } = io;
			io.out(`\n  ${commandTexts.listens(io.paint("bold", service.url), `${service.url}/docs`)[language]}`);
			for (const liveId of service.demoRooms) {
				io.out(`  ${commandTexts.demoRoom(`${launch.command} watch ${printable(liveId)}`)[language]}`);
			}
			const end = service.demoRooms.length > 0 ? commandTexts.howToStopDemo : commandTexts.howToStop;
			io.out(`  ${end[language]}\n`);
		}
		// A restart into another version opens no second page.
		if (open && process.env[restartedEnv] === undefined)
			await show(serviceUrl({ ...config, port: service.port, url: undefined }), io);
		const drainMs = config.cluster.length > 0 ? config.clusterDrainMs + maxStopMs : 0;
		const stop = stopOnSignal(service.stop, io, maxStopMs + drainMs);
		const starter = process.env[starterEnv];
		if (starter === undefined) return;
		const { startAgain, watchStarter } = await import("../../updates/index.ts");
		const { systemClock } = await import("@livekeeper/douyin");
		await watchStarter({
			...{ starter, clock: systemClock, platform: process.platform },
			onChange: (folder) => {
				logger.info({ event: "version_changes", folder });
				stop(() => startAgain(starter, { [restartedEnv]: "1" }));
			},
		});
	});
}

/** The store loads and opens in parallel with the rest of the service. */
async function startStoreThread(): Promise<StartThread> {
	const { startEarly } = await import("@livekeeper/log/store-thread");
	return startEarly();
}

async function show(url: string, io: Io): Promise<void> {
	if (!(await openPage(url))) io.err(commandTexts.noBrowser(url)[io.language]);
}

/** Returns the failure of each part that did not stop cleanly. */
function reasonsOf(error: unknown): string {
	return error instanceof AggregateError ? error.errors.map(String).join("; ") : String(error);
}

/** Error codes of writes after the terminal or the reader of a pipe is gone. */
const outputGone = ["EPIPE", "EIO", "EOF"];

/**
 * Stops the service on the first signal; the second ends the process at once.
 * @returns a function that stops it as well, unless it stops already; `last` ends the process in place of an exit
 */
function stopOnSignal(stop: () => Promise<void>, io: Io, maxMs: number): (last: () => never) => void {
	let stopping = false;
	const onSignal = (signal: NodeJS.Signals) => {
		if (!stopping) end();
		// A closing terminal sends the signal from both the shell and the system: that is no second request.
		else if (signal !== "SIGHUP") process.exit(128 + (constants.signals[signal] ?? 0));
	};
	const end = (last: (code: number) => never = process.exit) => {
		stopping = true;
		setTimeout(() => {
			io.err(commandTexts.lateStop[io.language]);
			last(1);
		}, maxMs).unref();
		stop().then(
			() => last(0),
			(error: unknown) => {
				io.err(commandTexts.badStop(reasonsOf(error))[io.language]);
				last(1);
			},
		);
	};
	// Its output may be gone before the service is: that stops it as well, but must not cut a stop short.
	const onOutputError = (error: NodeJS.ErrnoException) => {
		if (!outputGone.includes(String(error.code))) throw error;
		if (!stopping) end();
	};
	for (const output of [process.stdout, process.stderr]) {
		output.removeAllListeners("error");
		output.on("error", onOutputError);
	}
	// A closing terminal sends SIGHUP; on Windows the console does, and ends the process after five seconds.
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const) process.on(signal, onSignal);
	return (last) => {
		if (!stopping) end(last);
	};
}

/** `mcp`: serves a language model's host on standard input and output, until the input ends. */
export function mcpCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("mcp")
		.description(helpTexts.mcp[language])
		.option("--control", helpTexts.mcpControl[language]);
	addConfigFlags(command, io, clientOptions).action(async ({ control = false, ...flags }: Record<string, unknown>) => {
		const config = configOf(flags);
		const [{ LivekeeperClient }, { serveStdio }] = await Promise.all([
			import("@livekeeper/client"),
			import("../../mcp/index.ts"),
		]);
		const client = new LivekeeperClient({ url: serviceUrl(config), apiKey: config.apiKey, lang: language });
		await serveStdio({ client, control: control === true, language });
	});
}
