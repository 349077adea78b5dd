import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { mayAsk } from "./guard.ts";

const execArgv = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];

const asks = {
	"Date.now": "Date.now()",
	"new Date()": "new Date()",
	"performance.now": "performance.now()",
	"Math.random": "Math.random()",
	setTimeout: "setTimeout(() => undefined, 1)",
	setInterval: "setInterval(() => undefined, 1)",
	randomUUID: "randomUUID()",
	randomBytes: "randomBytes(4)",
};

/** The machine itself, whose answers differ from one to the next. */
const asksMachine = {
	"node:fs existsSync": `existsSync(".")`,
	"node:fs/promises stat": `stat(".")`,
	"node:os tmpdir": "tmpdir()",
	"node:dns/promises lookup": `lookup("localhost")`,
	"node:child_process spawnSync": `spawnSync("node")`,
	"a socket connect": "new Socket().connect(1)",
};

const imports = `
	import { spawnSync } from "node:child_process";
	import { randomBytes, randomUUID } from "node:crypto";
	import { lookup } from "node:dns/promises";
	import { existsSync } from "node:fs";
	import { stat } from "node:fs/promises";
	import { Socket } from "node:net";
	import { tmpdir } from "node:os";
	import { promisify } from "node:util";
	import { gunzipSync, gzip } from "node:zlib";
`;

/** Runs code as a file of the product and as one of a library, in a thread with the guard. */
async function inWorld(code: string): Promise<{ product: string; library: string; reached: string[] }> {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-guard-"));
	const source = `${imports.replaceAll(/\s+/g, " ")}\nexport const ask = () => ${code};\n`;
	const files = [join(folder, "packages", "douyin", "src"), join(folder, "node_modules", "library")].map((place) => {
		mkdirSync(place, { recursive: true });
		const file = join(place, "ask.mjs");
		writeFileSync(file, source);
		writeFileSync(join(place, "late.mjs"), "");
		return pathToFileURL(file).href;
	});
	const guard = new URL("./guard.ts", import.meta.url).href;
	const boot = `
		(async () => {
			const { parentPort } = require("node:worker_threads");
			const { endLoading, installGuard, live, takeReached } = await import(${JSON.stringify(guard)});
			installGuard();
			const asked = await Promise.all(${JSON.stringify(files)}.map((file) => import(file)));
			endLoading();
			const timer = { cancel: () => undefined };
			live({ clock: { now: () => 5, elapsed: () => 7, after: () => timer, every: () => timer }, random: () => 0.5 });
			const answers = asked.map(async ({ ask }) => "got " + (await ask()));
			const [product, library] = await Promise.all(answers.map((answer) => answer.catch(({ message }) => message)));
			live(undefined);
			parentPort.postMessage({ product, library, reached: takeReached() });
		})();`;
	const worker = new Worker(boot, { eval: true, execArgv });
	try {
		return await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
	} finally {
		await worker.terminate();
		rmSync(folder, { recursive: true, force: true });
	}
}

test.each(Object.entries(asks))("names the place where product code calls %s", async (name, code) => {
	const { product, library, reached } = await inWorld(code);
	expect(product).toContain(`reaches past its world: ${name} in packages/`);
	expect(product).toMatch(/douyin\/src\/ask\.mjs:2/);
	expect(reached).toHaveLength(1);
	expect(library).toMatch(/^got /);
});

test.each(Object.entries(asksMachine))("lets nobody reach the machine: %s", async (name, code) => {
	const { product, library, reached } = await inWorld(code);
	expect(product).toContain(`reaches past its world: ${name} in packages/`);
	expect(library).toContain(`reaches past its world: ${name} in node_modules/`);
	expect(reached).toHaveLength(2);
});

test("compresses in this thread, at once", async () => {
	const { product, library, reached } = await inWorld(
		`promisify(gzip)("").then((zipped) => gunzipSync(zipped).length)`,
	);
	expect([product, library, reached]).toEqual(["got 0", "got 0", []]);
	const order = `Promise.race([promisify(gzip)("x").then(() => "first"), new Promise(setImmediate)])`;
	expect((await inWorld(order)).product).toBe("got first");
});

test("names a module that a running world loads", async () => {
	const { reached } = await inWorld(`import("./late.mjs")`);
	expect(reached.filter((place) => place.startsWith("loads "))).toHaveLength(2);
});

test("allows files that exist", () => {
	expect(mayAsk.filter(({ file }) => !existsSync(new URL(`../../packages/${file}`, import.meta.url)))).toEqual([]);
});
