import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether Windows programs can run here; `script` provides the console that they need. */
export const hasWine = ["wine", "wineserver", "script"].every(
	(name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

const compiler = "x86_64-w64-mingw32-gcc";
/** Whether the helper that closes a console's window can be built here, because Wine has no such command. */
export const canCloseWindows = hasWine && spawnSync(compiler, ["--version"], { stdio: "ignore" }).status === 0;

/** A separate Windows without a screen; its browser records the addresses it is given. */
export class Windows {
	/** Folder that is visible on its drive Z:. */
	readonly folder = mkdtempSync(join(tmpdir(), "livekeeper-windows-"));
	readonly #shown = join(this.folder, "shown");
	readonly #env: NodeJS.ProcessEnv;
	readonly #consoles: ConsoleRun[] = [];

	private constructor() {
		const bin = join(this.folder, "bin");
		mkdirSync(bin);
		writeFileSync(join(bin, "xdg-open"), `#!/bin/sh\necho "$1" >> "${this.#shown}"\n`);
		chmodSync(join(bin, "xdg-open"), 0o755);
		// Nothing of this process's environment, which may contain options of livekeeper or Node.
		this.#env = {
			PATH: `${bin}:${process.env["PATH"]}`,
			HOME: this.folder,
			LC_ALL: "C.UTF-8",
			WINEPREFIX: join(this.folder, "wine"),
			WINEDEBUG: "-all",
			// No .NET, no built-in browser, no menu entries.
			WINEDLLOVERRIDES: "mscoree,mshtml=;winemenubuilder.exe=d",
		};
	}

	static async start(): Promise<Windows> {
		const windows = new Windows();
		const boot = spawn("wineboot", ["--init"], { env: windows.#env, stdio: "ignore" });
		await once(boot, "close");
		return windows;
	}

	/** Addresses that the browser was given. */
	get shown(): string[] {
		return existsSync(this.#shown) ? readFileSync(this.#shown, "utf8").trim().split("\n") : [];
	}

	/** Creates a folder in its own. @returns its path on this system */
	newFolder(name: string): string {
		const path = join(this.folder, name);
		mkdirSync(path);
		return path;
	}

	/** Returns the path under which it sees a file of this system. */
	pathOf(file: string): string {
		return `Z:${file.replaceAll("/", "\\")}`;
	}

	/** Paths of all temporary files of its user, on this system. */
	get temporaryFiles(): string[] {
		const users = join(this.folder, "wine/drive_c/users");
		const below = "AppData/Local/Temp";
		return readdirSync(users)
			.map((user) => join(users, user, below))
			.filter((folder) => existsSync(folder))
			.flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))));
	}

	/** Runs a command line in a console, as cmd.exe does. */
	run(command: string, cwd: string, env: NodeJS.ProcessEnv = {}): ConsoleRun {
		const line = `exec wine cmd /c '${command}'`;
		const child = spawn("script", ["--quiet", "--return", "--flush", "--command", line, "/dev/null"], {
			cwd,
			env: { ...this.#env, ...env },
			stdio: ["pipe", "pipe", "pipe"],
		});
		const console = new ConsoleRun(child);
		this.#consoles.push(console);
		return console;
	}

	/** Returns the process ids, on this system, of its programs whose command line has these words. */
	pidsOf(words: string): number[] {
		const { stdout } = spawnSync("ps", ["-eww", "-o", "pid=,args="], { encoding: "utf8" });
		const lines = stdout.split("\n").filter((line) => line.includes(basename(this.folder)) && line.includes(words));
		return lines.map((line) => Number.parseInt(line, 10));
	}

	/** Sends Ctrl-C to the program whose command line has these words: Wine turns the signal into a console event. */
	interrupt(words: string): void {
		for (const pid of this.pidsOf(words)) process.kill(pid, "SIGINT");
	}

	/** Ends a program at once. @returns true, also if it has ended already */
	kill(pid: number): true {
		try {
			process.kill(pid, "SIGKILL");
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
		}
		return true;
	}

	/** Closes the window of each running program with this name. */
	async closeWindow(name: string): Promise<void> {
		const program = join(this.folder, "close-window.exe");
		const source = fileURLToPath(new URL("close-window.c", import.meta.url));
		const made = spawnSync(compiler, ["-o", program, source], { encoding: "utf8" });
		if (made.status !== 0) throw new Error(`${source} could not be compiled: ${made.stderr}`);
		const run = this.run(`close-window.exe ${name}`, this.folder);
		const code = await run.exited;
		if (code !== 0) throw new Error(`No window of ${name} was closed (exit code ${code}): ${run.output}`);
	}

	/** Ends everything that runs in it, and removes it. */
	async close(): Promise<void> {
		for (const console of this.#consoles) console.close();
		for (const flag of ["-k", "-w"]) await once(spawn("wineserver", [flag], { env: this.#env }), "close");
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** A command in its own console. */
export class ConsoleRun {
	readonly #child: ChildProcess;
	/** Its exit code. */
	readonly exited: Promise<number | null>;
	/** Output to the console, including control codes. */
	output = "";

	constructor(child: ChildProcess) {
		this.#child = child;
		for (const stream of [child.stdout, child.stderr]) {
			stream?.on("data", (chunk: Buffer) => {
				this.output += chunk;
			});
		}
		this.exited = once(child, "close").then(([code]) => code as number | null);
	}

	/** Its output without control codes and line ends, which the console also inserts into long lines. */
	get words(): string {
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
		return this.output.replace(/\x1b(\[[\d;?]*[A-Za-z]|\][^\x07]*\x07|[78])|[\r\n]/g, "");
	}

	close(): void {
		this.#child.kill("SIGKILL");
	}
}
