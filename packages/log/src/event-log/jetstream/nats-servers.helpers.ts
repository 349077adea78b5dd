import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "@livekeeper/base/src/free-port.helpers.ts";
import { JetStreamApiError, jetstreamManager, StorageType } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";

/** Folders of administrators' programs, which are not in every user's path. */
const elsewhere = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"];
const env = { ...process.env, PATH: [process.env["PATH"], ...elsewhere].join(delimiter) };
const started = spawnSync("nats-server", ["--version"], { encoding: "utf8", env });

/** Whether tests that need NATS can run; if not, a message says so. */
export const hasNats = started.status === 0;
if (!hasNats) console.info("nats-server is not installed (Debian: nats-server): tests that need it are skipped");

const maxAttempts = 5;
/** A server that has just started counts as a peer only once it was heard; before that replicas are refused as well. */
const maxRefusals = 20;
const probePauseMs = 250;
const probeMs = 5_000;
const noSuitablePeers = 10_005;
const keptLogText = 20_000;

/** A nats-server process. */
export interface NatsServer {
	readonly name: string;
	readonly url: string;
	readonly pid: number;
	/** Its storage folder. */
	readonly store: string;
	/** End of its log since the start. */
	readonly said: string;
	/** Suspends it; resolves once it has stopped. */
	freeze(): Promise<void>;
	/** Resumes it. */
	thaw(): void;
	/** Ends it, and waits until it has exited. */
	kill(signal?: NodeJS.Signals): Promise<void>;
	/** Starts it again, with its stored data. */
	restart(): Promise<void>;
	/** Deletes its stored data. It must have been killed before. */
	wipe(): void;
}

export interface NatsServers {
	readonly servers: readonly NatsServer[];
	readonly urls: readonly string[];
	/**
	 * Waits until each stream can have a replica on every server. If a server was left out when they formed their cluster
	 * on empty stores, restarts it, as docs/cluster.md asks operators to do.
	 */
	complete(): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Starts real NATS servers with JetStream on free local ports, in a folder that is removed once they are stopped.
 * @param count 1, or 3 as a cluster
 * @param isComplete whether to wait until all take part; otherwise they have only just started
 */
export async function startNatsServers(
	count: 1 | 3 = 1,
	extra: readonly string[] = [],
	{ isComplete = true } = {},
): Promise<NatsServers> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await startOnFreePorts(count, extra, isComplete);
		} catch (error) {
			// Another process has taken a port that was free.
			if (attempt === maxAttempts || !String(error).includes("address already in use")) throw error;
		}
	}
}

async function startOnFreePorts(count: 1 | 3, extra: readonly string[], isComplete: boolean): Promise<NatsServers> {
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
	const complete = () => untilAllTakePart(servers);
	try {
		await Promise.all(servers.map((server) => server.restart()));
		if (count > 1 && isComplete) await complete();
	} catch (error) {
		await stop();
		throw error;
	}
	return { servers, urls: servers.map(({ url }) => url), complete, stop };
}

/**
 * Restarts servers until all take part: a server that is left out when NATS forms its cluster stays out until
 * restarted, and only the servers know which one that is.
 */
async function untilAllTakePart(servers: readonly NatsServer[]): Promise<void> {
	for (let attempt = 0; !(await takesCopies(servers)); attempt++) await servers[attempt % servers.length]?.restart();
}

/** Whether a stream can have as many replicas as there are servers; waits while they elect and do not answer. */
async function takesCopies(servers: readonly NatsServer[]): Promise<boolean> {
	const name = `probe-${randomUUID()}`;
	const probe = { name, subjects: [name], num_replicas: servers.length, storage: StorageType.Memory };
	for (let refusals = 0; refusals < maxRefusals; await pause(probePauseMs)) {
		let nc: NatsConnection | undefined;
		try {
			nc = await connect({ servers: servers.map(({ url }) => url), timeout: probeMs });
			const jsm = await jetstreamManager(nc, { timeout: probeMs });
			await jsm.streams.add(probe);
			await jsm.streams.delete(name);
			return true;
		} catch (error) {
			if (error instanceof JetStreamApiError && error.code === noSuitablePeers) refusals++;
		} finally {
			await nc?.close();
		}
	}
	return false;
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
		// A suspended process receives no other signal.
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
