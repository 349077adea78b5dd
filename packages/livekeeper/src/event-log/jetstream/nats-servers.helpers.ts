import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../free-port.helpers.ts";

/** Where administrators' programs lie, which is not in everybody's path. */
const elsewhere = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"];
const env = { ...process.env, PATH: [process.env["PATH"], ...elsewhere].join(delimiter) };
const started = spawnSync("nats-server", ["--version"], { encoding: "utf8", env });

/** Whether tests that need NATS can run; where they can't, this says so. */
export const hasNats = started.status === 0;
if (!hasNats) console.info("nats-server is not installed (Debian: nats-server): tests that need it are skipped");

const mostAttempts = 5;
const keptLogText = 20_000;

/** A nats-server process. */
export interface NatsServer {
	readonly name: string;
	readonly url: string;
	readonly pid: number;
	/** The folder that it stores in. */
	readonly store: string;
	/** What it has logged since it was started, its end. */
	readonly said: string;
	/** Holds it up; resolves once it does nothing any more. */
	freeze(): Promise<void>;
	/** Lets it go on. */
	thaw(): void;
	/** Ends it, and waits until it is gone. */
	kill(signal?: NodeJS.Signals): Promise<void>;
	/** Starts it again, with what it had stored. */
	restart(): Promise<void>;
	/** Deletes what it has stored. It has to be killed before. */
	wipe(): void;
}

export interface NatsServers {
	readonly servers: readonly NatsServer[];
	readonly urls: readonly string[];
	stop(): Promise<void>;
}

/**
 * Starts real NATS servers with JetStream, on free ports of this machine, in a folder that is gone once they are stopped.
 * @param count 1, or 3 as a cluster
 */
export async function startNatsServers(count: 1 | 3 = 1, extra: readonly string[] = []): Promise<NatsServers> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await startOnFreePorts(count, extra);
		} catch (error) {
			// Another process has taken a port since it was free.
			if (attempt === mostAttempts || !String(error).includes("address already in use")) throw error;
		}
	}
}

async function startOnFreePorts(count: 1 | 3, extra: readonly string[]): Promise<NatsServers> {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-nats-"));
	const ports = await Promise.all(Array.from({ length: count * 2 }, freePort));
	const routes = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`);
	const servers = ports.slice(0, count).map((port, index) => {
		const name = `nats-${index + 1}`;
		const store = join(folder, name);
		const args = ["-a", "127.0.0.1", "-p", String(port), "-n", name, "-js", "-sd", store, ...extra];
		const cluster = ["--cluster_name", "test", "--cluster", routes[index] ?? "", "--routes", routes.join(",")];
		return new ServerProcess(name, port, store, count === 1 ? args : [...args, ...cluster]);
	});
	const stop = async () => {
		await Promise.all(servers.map((server) => server.kill("SIGKILL")));
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		await Promise.all(servers.map((server) => server.restart()));
	} catch (error) {
		await stop();
		throw error;
	}
	return { servers, urls: servers.map(({ url }) => url), stop };
}

class ServerProcess implements NatsServer {
	readonly name: string;
	readonly url: string;
	readonly store: string;
	said = "";
	readonly #args: readonly string[];
	#process: ChildProcess | undefined;

	constructor(name: string, port: number, store: string, args: readonly string[]) {
		this.name = name;
		this.url = `nats://127.0.0.1:${port}`;
		this.store = store;
		this.#args = args;
	}

	get pid(): number {
		return this.#process?.pid ?? 0;
	}

	async freeze(): Promise<void> {
		this.#process?.kill("SIGSTOP");
		const isStopped = () => / \(.*\) T /.test(readFileSync(`/proc/${this.pid}/stat`, "utf8"));
		while (!isStopped()) await pause(5);
	}

	thaw(): void {
		this.#process?.kill("SIGCONT");
	}

	async kill(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
		const process_ = this.#process;
		this.#process = undefined;
		if (!process_ || process_.exitCode !== null || process_.signalCode !== null) return;
		const gone = once(process_, "exit");
		process_.kill(signal);
		// A process that is held up takes no other signal.
		process_.kill("SIGCONT");
		await gone;
	}

	wipe(): void {
		if (this.#process) throw new Error(`${this.name} is running`);
		rmSync(this.store, { recursive: true, force: true });
	}

	async restart(): Promise<void> {
		await this.kill();
		const process_ = spawn("nats-server", this.#args, { env, stdio: ["ignore", "ignore", "pipe"] });
		this.#process = process_;
		this.said = "";
		await new Promise<void>((resolve, reject) => {
			process_.stderr.on("data", (text: Buffer) => {
				this.said += text;
				if (this.said.includes("Server is ready")) resolve();
				this.said = this.said.slice(-keptLogText);
			});
			process_.once("error", reject);
			process_.once("close", (code) => reject(new Error(`${this.name} has exited with code ${code}: ${this.said}`)));
		});
	}
}
