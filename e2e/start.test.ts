import { type ChildProcess, spawn } from "node:child_process";
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
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import { until } from "./kit/until.ts";

const program = fileURLToPath(new URL("../packages/livekeeper/bin/livekeeper.js", import.meta.url));
/** Windows would need a different program and delivers no signals; e2e/windows.test.ts covers it. */
const onPosix = process.platform !== "win32";

/** A home folder for livekeeper, and a browser that records the addresses it is given. */
class Home {
	readonly folder = mkdtempSync(join(tmpdir(), "livekeeper-我的 直播-"));
	readonly #shown = join(this.folder, "shown");

	constructor({ browser = true } = {}) {
		onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
		mkdirSync(join(this.folder, "bin"));
		if (!browser) return;
		const opener = join(this.folder, "bin", process.platform === "darwin" ? "open" : "xdg-open");
		writeFileSync(opener, `#!/bin/sh\necho "$1" >> "${this.#shown}"\n`);
		chmodSync(opener, 0o755);
	}

	get shown(): string[] {
		return existsSync(this.#shown) ? readFileSync(this.#shown, "utf8").trim().split("\n") : [];
	}

	get address(): string {
		return join(this.folder, "data/livekeeper.address");
	}

	serve(port: number): Run {
		// Hides this machine's ways to open a page.
		const env = {
			PATH: join(this.folder, "bin"),
			LIVEKEEPER_HOME: this.folder,
			LIVEKEEPER_PORT: String(port),
			LIVEKEEPER_LANG: "zh",
			// Changes nothing of this machine's user.
			NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
		};
		const child = spawn(process.execPath, [program, "serve", "--open", "--upstream-url", "http://127.0.0.1:9"], {
			env,
			stdio: ["ignore", "pipe", "pipe"],
		});
		const run = { child, output: "", exited: once(child, "close") };
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (run.output += chunk));
		onTestFinished(() => void child.kill("SIGKILL"));
		return run;
	}
}

interface Run {
	child: ChildProcess;
	output: string;
	exited: Promise<unknown[]>;
}

test.runIf(onPosix)("a second start opens the first one's page and exits", async () => {
	const home = new Home();
	const port = await freePort();
	const first = home.serve(port);
	await until("the page is shown", () => home.shown.length === 1, { describe: () => first.output });
	expect(home.shown).toEqual([`http://127.0.0.1:${port}`]);
	expect((await fetch(`${home.shown[0]}/`)).status).toBe(200);
	// With another requested port it is still the same folder.
	const second = home.serve(await freePort());
	const [code] = await second.exited;
	expect(code, second.output).toBe(0);
	expect(second.output).toContain(`livekeeper 已经在运行：正在打开 http://127.0.0.1:${port}`);
	expect(home.shown).toEqual([`http://127.0.0.1:${port}`, `http://127.0.0.1:${port}`]);
	// Same as closing the terminal.
	first.child.kill("SIGHUP");
	expect(await first.exited).toEqual([0, null]);
	expect(first.output).toContain("livekeeper 已停止");
	expect(existsSync(home.address)).toBe(false);
});

test.runIf(onPosix)("a closed terminal does not interrupt a clean stop", async () => {
	const home = new Home();
	const port = await freePort();
	const { child, exited } = home.serve(port);
	await until("the page is shown", () => home.shown.length === 1);
	const body = JSON.stringify({ live_id: "1001" });
	const headers = { "content-type": "application/json" };
	await fetch(`http://127.0.0.1:${port}/api/live/start`, { method: "POST", headers, body });
	child.stdout?.destroy();
	child.stderr?.destroy();
	child.kill("SIGHUP");
	expect(await exited).toEqual([0, null]);
	// A cleanly closed database has absorbed its write-ahead log.
	expect(readdirSync(join(home.folder, "data")).filter((name) => name.endsWith("-wal"))).toEqual([]);
});

test.runIf(onPosix)("a port taken by another livekeeper is reported with advice", async () => {
	const [one, other] = [new Home({ browser: false }), new Home()];
	const port = await freePort();
	const first = one.serve(port);
	await until("the first service listens", () => first.output.includes("正在监听"), { describe: () => first.output });
	// Without a way to open a page, its address is printed.
	await until("the address is printed", () => first.output.includes(`请自行打开 http://127.0.0.1:${port}`));
	const second = other.serve(port);
	const [code] = await second.exited;
	expect(code).toBe(1);
	expect(second.output).toContain(`端口 ${port} 正被另一个 livekeeper 使用`);
	expect(second.output).toContain(`它的页面是 http://127.0.0.1:${port}`);
	expect(second.output).toContain("--port 7002");
	expect(other.shown).toEqual([]);
});

test("a start reads few files, as libraries are bundled", async () => {
	const home = new Home({ browser: false });
	const [hooks, loaded] = [join(home.folder, "hooks.mjs"), join(home.folder, "loaded")];
	writeFileSync(
		hooks,
		`import { appendFileSync } from "node:fs";
		import { registerHooks } from "node:module";
		const note = (url) => appendFileSync(${JSON.stringify(loaded)}, url + "\\n");
		registerHooks({ load: (url, context, next) => (note(url), next(url, context)) });`,
	);
	const flags = ["--port", "0", "--data-dir", join(home.folder, "data"), "--log-format", "json"];
	const child = spawn(process.execPath, ["--import", pathToFileURL(hooks).href, program, "serve", ...flags]);
	onTestFinished(() => void child.kill("SIGKILL"));
	let output = "";
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
	await until("the service listens", () => output.includes("正在监听"), { describe: () => output });
	const urls = readFileSync(loaded, "utf8").split("\n");
	const libraries = urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
	expect([...new Set(libraries)].sort()).toEqual(["better-sqlite3", "ws"]);
});
