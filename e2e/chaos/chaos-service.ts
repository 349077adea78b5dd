import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ConfigInput } from "livekeeper";
import type { Exit } from "../kit/service-process.ts";
import type { TickClock } from "../kit/tick-clock.ts";
import type { Command, Probe, Said, ScaledServiceSettings } from "./scaled-service.ts";

const program = fileURLToPath(new URL("./scaled-service.ts", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const keptErrorText = 20_000;
const keptErrors = 200;
/** Only guards against hanging, ms of real time. */
const patienceMs = 120_000;

/** The service in a process of its own that follows the parent's accelerated clock. */
export class ChaosService {
	readonly port: number;
	/** Log lines of level `error` with their times; warnings are expected in chaos. */
	readonly errors: { at: number; line: string }[] = [];
	/** Times of its starts, by the accelerated clock. */
	readonly startedAt: number[] = [];
	readonly #clock: TickClock | undefined;
	readonly #config: ConfigInput;
	#child: ChildProcess | undefined;
	#exited: Promise<Exit> | undefined;
	#listening: Promise<void> | undefined;
	#onAdvanced: () => void = () => undefined;
	#onProbed: (probe: Probe) => void = () => undefined;

	/** @param clock clock shared with the process; without it, the process uses real time */
	constructor(config: ConfigInput & { port: number }, clock?: TickClock) {
		this.port = config.port;
		this.#clock = clock;
		this.#config = config;
	}

	get pid(): number | undefined {
		return this.#child?.pid;
	}

	/** Spawns the process and returns immediately. */
	spawn(): void {
		if (this.#child) throw new Error("the service runs already");
		const settings: ScaledServiceSettings = { config: this.#config, clockMs: this.#clock?.now() };
		const child = fork(program, [JSON.stringify(settings)], {
			cwd: root,
			execArgv: ["--expose-gc", "--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
			stdio: ["ignore", "pipe", "pipe", "ipc"],
		});
		this.#child = child;
		this.startedAt.push(this.#clock?.now() ?? Date.now());
		let errors = "";
		child.stderr?.on("data", (text: Buffer) => {
			errors = `${errors}${text}`.slice(-keptErrorText);
		});
		if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => this.#note(line));
		this.#listening = new Promise((resolve) => {
			child.on("message", (said: Said) => {
				if (said === "advanced") this.#onAdvanced();
				else if (said === "listening") resolve();
				else this.#onProbed(said.probe);
			});
		});
		// A process that is gone no longer answers.
		child.on("disconnect", () => this.#onAdvanced());
		this.#clock?.share((time) => this.#advance(child, time));
		this.#exited = once(child, "close").then(([code, signal]) => {
			this.#child = undefined;
			this.#clock?.share(undefined);
			return { code, signal, errors };
		});
	}

	/** @throws Error with the process's output if it ended instead */
	async untilListening(): Promise<void> {
		const end = await this.untilListeningOrEnd();
		if (end) throw new Error(`The service ended before it listened: ${JSON.stringify(end)}`);
	}

	/** @returns the exit of the process if it ended instead */
	async untilListeningOrEnd(): Promise<Exit | undefined> {
		return (await Promise.race([this.#listening, this.untilExit()])) ?? undefined;
	}

	untilExit(): Promise<Exit> {
		if (!this.#exited) throw new Error("the service was never started");
		return this.#exited;
	}

	/** Sends a signal and waits until the process has ended. @throws Error if it does not end */
	async stop(signal: "SIGTERM" | "SIGKILL"): Promise<Exit> {
		const child = this.#child;
		child?.kill(signal);
		let timer: NodeJS.Timeout | undefined;
		const never = new Promise<never>((_resolve, reject) => {
			timer = setTimeout(() => reject(new Error(`The service does not end after ${signal}.`)), patienceMs);
		});
		try {
			return await Promise.race([this.untilExit(), never]);
		} finally {
			clearTimeout(timer);
		}
	}

	/** Measures memory and resources inside the process. */
	probe(): Promise<Probe> {
		return new Promise((resolve, reject) => {
			this.#onProbed = resolve;
			if (!this.#child?.connected) reject(new Error("the service does not run"));
			else this.#child.send("probe" satisfies Command);
		});
	}

	/** Sends one request to the API. @throws Error if there is no answer */
	async request(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
		const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
			method,
			signal: AbortSignal.timeout(30_000),
			...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
		});
		const text = await response.text();
		return { status: response.status, body: text ? JSON.parse(text) : undefined };
	}

	/** Kills the process. */
	async close(): Promise<void> {
		if (this.#child) await this.stop("SIGKILL");
	}

	/** Makes the process run everything that is due by `time`. */
	#advance(child: ChildProcess, time: number): Promise<void> {
		return new Promise((resolve) => {
			this.#onAdvanced = resolve;
			// A killed process no longer receives messages.
			if (child.connected) child.send({ time } satisfies Command, (error) => error && resolve());
			else resolve();
		});
	}

	#note(line: string): void {
		if (!/"level":(50|60)/.test(line) || this.errors.length >= keptErrors) return;
		this.errors.push({ at: this.#clock?.now() ?? Date.now(), line });
	}
}
