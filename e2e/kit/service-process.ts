import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "../../packages/base/src/free-port.helpers.ts";
import { buildOnce } from "./build.ts";

export interface ServiceProcessOptions {
	upstreamUrl: string;
	/** Default: a new folder that `close` removes. */
	dataDir?: string;
	/** Further options, with the names of the configuration file. */
	config?: Record<string, string | number | boolean>;
}

/** One line of the service's log. */
export interface LogLine {
	level: string;
	msg: string;
	[field: string]: unknown;
}

export interface Exit {
	code: number | null;
	signal: NodeJS.Signals | null;
	/** End of its output to standard error. */
	errors: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Disables the pacing of requests and handshakes. */
const unpaced = { rate_limit: 0, starts_per_second: 200, lookups_per_minute: 100_000 };
const program = join(root, "packages/livekeeper/bin/livekeeper.js");
const keptLines = 2_000;
const keptErrorText = 20_000;

/** The service as users run it: a separate process that can be killed and restarted on the same port. */
export class ServiceProcess {
	readonly port: number;
	readonly dataDir: string;
	/** Newest lines of its log, over all starts. */
	readonly lines: LogLine[] = [];
	/** Number of starts. */
	starts = 0;
	readonly #options: ServiceProcessOptions;
	/** Removed at the end. Also the working folder, so no stray configuration file is read. */
	readonly #folder: string;
	#child: ChildProcess | undefined;
	#exited: Promise<Exit> | undefined;
	#listening: Promise<void> | undefined;

	/** Prepares a process on a fixed port without starting it. */
	static async create(options: ServiceProcessOptions): Promise<ServiceProcess> {
		buildOnce();
		return new ServiceProcess(options, await freePort());
	}

	static async start(options: ServiceProcessOptions): Promise<ServiceProcess> {
		const service = await ServiceProcess.create(options);
		await service.start();
		return service;
	}

	private constructor(options: ServiceProcessOptions, port: number) {
		this.#options = options;
		this.port = port;
		this.#folder = mkdtempSync(join(tmpdir(), "livekeeper-service-"));
		this.dataDir = options.dataDir ?? join(this.#folder, "data");
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	get pid(): number | undefined {
		return this.#child?.pid;
	}

	get running(): boolean {
		return this.#child !== undefined;
	}

	/** Starts the process and waits until it listens. */
	async start(): Promise<void> {
		this.spawn();
		await this.untilListening();
	}

	/** Spawns the process and returns immediately. */
	spawn(): void {
		if (this.#child) throw new Error("the service runs already");
		const { upstreamUrl, config = {} } = this.#options;
		const flags = ["--port", `${this.port}`, "--data-dir", this.dataDir, "--upstream-url", upstreamUrl];
		const child = spawn(process.execPath, [program, "serve", ...flags, "--log-format", "json"], {
			cwd: this.#folder,
			// All rooms share one made-up cookie.
			env: environment({ cookie: "sessionid=made-up", max_connections_per_login: 100_000, ...unpaced, ...config }),
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.starts++;
		this.#child = child;
		let errors = "";
		child.stderr.on("data", (text: Buffer) => {
			errors = `${errors}${text}`.slice(-keptErrorText);
		});
		this.#listening = new Promise((resolve) => {
			createInterface({ input: child.stdout }).on("line", (line) => {
				if (this.#note(line).msg.includes("livekeeper 正在监听")) resolve();
			});
		});
		this.#exited = once(child, "close").then(([code, signal]) => {
			this.#child = undefined;
			return { code, signal, errors };
		});
	}

	/** @throws Error with the process's output if it ended instead */
	async untilListening(): Promise<void> {
		const end = await Promise.race([this.#listening, this.untilExit()]);
		if (end) throw new Error(`The service ended before it listened: ${JSON.stringify(end)} ${this.#lastLines()}`);
	}

	/** Waits for the end of the process for any reason. */
	untilExit(): Promise<Exit> {
		if (!this.#exited) throw new Error("the service was never started");
		return this.#exited;
	}

	/** Sends a signal and waits until the process has ended. */
	async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<Exit> {
		this.#child?.kill(signal);
		return this.untilExit();
	}

	async restart(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<Exit> {
		const exit = await this.stop(signal);
		await this.start();
		return exit;
	}

	/** Sends one request to the API. @throws Error if there is no answer */
	async request(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
		const response = await fetch(`${this.url}${path}`, {
			method,
			...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
		});
		return { status: response.status, body: await response.json() };
	}

	async startRoom(liveId: string): Promise<void> {
		const { status, body } = await this.request("POST", "/api/live/start", { live_id: liveId });
		if (status !== 200) throw new Error(`start ${liveId}: ${status} ${JSON.stringify(body)}`);
	}

	/** Kills the process and removes its files. */
	async close(): Promise<void> {
		if (this.running) await this.stop("SIGKILL");
		rmSync(this.#folder, { recursive: true, force: true });
	}

	#note(text: string): LogLine {
		const line = parse(text);
		this.lines.push(line);
		if (this.lines.length > keptLines) this.lines.shift();
		return line;
	}

	#lastLines(): string {
		return this.lines
			.slice(-5)
			.map((line) => JSON.stringify(line))
			.join("\n");
	}
}

function parse(text: string): LogLine {
	try {
		return JSON.parse(text) as LogLine;
	} catch {
		return { level: "none", msg: text };
	}
}

/** Returns this machine's environment without any settings of livekeeper. */
function environment(config: Record<string, string | number | boolean>): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(([name]) => !name.startsWith("LIVEKEEPER_"));
	const given = Object.entries(config).map(([name, value]) => [`LIVEKEEPER_${name.toUpperCase()}`, String(value)]);
	return Object.fromEntries([...own, ...given]);
}
