import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CuttableProxy } from "../cuttable-proxy.ts";
import type { Follower, SeenEvent } from "./follower.ts";

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Debian's own Python comes first, because its packages are invisible to another one in the path. */
const interpreters = ["/usr/bin/python3", "python3"];

/** Returns a Python with at least the standard library; `undefined` if there is none. */
export function anyPython(): string | undefined {
	return interpreters.find((python) => spawnSync(python, ["-c", "import json"]).status === 0);
}

/** Returns a Python with python-socketio and its WebSocket support; `undefined` if there is none. */
export function pythonWithSocketIo(): string | undefined {
	return interpreters.find((python) => spawnSync(python, ["-c", "import socketio, aiohttp"]).status === 0);
}

type Line = ["connected", null] | ["event", SeenEvent] | ["complaint", string];

/** A client in Python, in a separate process. */
export class PythonFollower implements Follower {
	readonly name: string;
	readonly seen: SeenEvent[] = [];
	readonly complaints: string[] = [];
	connections = 0;
	readonly #proxy: CuttableProxy;
	readonly #child: ChildProcess;
	readonly #exited: Promise<unknown>;

	/** Follows a room with a third-party client, python-socketio. */
	static async socketIo(python: string, port: number, liveId: string): Promise<PythonFollower> {
		const command = [python, program("./socket_io_follower.py")];
		return new PythonFollower("python-socketio", command, await CuttableProxy.listen(port), liveId);
	}

	/** Follows a room with `examples/livekeeper.py`. */
	static async own(python: string, port: number, liveId: string): Promise<PythonFollower> {
		const command = [python, program("./livekeeper_follower.py")];
		return new PythonFollower("livekeeper.py", command, await CuttableProxy.listen(port), liveId);
	}

	private constructor(name: string, [python = "", script = ""]: string[], proxy: CuttableProxy, liveId: string) {
		this.name = name;
		this.#proxy = proxy;
		const child = spawn(python, [script, proxy.url, liveId], { stdio: ["pipe", "pipe", "pipe"] });
		this.#child = child;
		this.#exited = once(child, "close");
		createInterface({ input: child.stdout }).on("line", (line) => this.#take(JSON.parse(line) as Line));
		let errors = "";
		child.stderr.on("data", (text: Buffer) => {
			errors = `${errors}${text}`.slice(-4_000);
		});
		child.once("exit", (code) => {
			if (code !== 0 && code !== null) this.complaints.push(`it ended with ${code}: ${errors}`);
		});
	}

	cut(): boolean {
		return this.#proxy.cut() > 0;
	}

	async close(): Promise<void> {
		this.#child.kill("SIGKILL");
		await this.#exited;
		await this.#proxy.close();
	}

	#take([kind, value]: Line): void {
		if (kind === "event") this.seen.push(value);
		else if (kind === "connected") this.connections++;
		else this.complaints.push(value);
	}
}
