import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

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

/** Runs code as a file of the product and as one of a library, in a thread with the guard. */
async function inWorld(code: string): Promise<{ product: string; library: string; reached: string[] }> {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-guard-"));
	const source = `import { randomBytes, randomUUID } from "node:crypto";\nexport const ask = () => ${code};\n`;
	const files = [join(folder, "packages", "douyin", "src"), join(folder, "node_modules", "library")].map((place) => {
		mkdirSync(place, { recursive: true });
		const file = join(place, "ask.mjs");
		writeFileSync(file, source);
		return pathToFileURL(file).href;
	});
	const guard = new URL("./guard.ts", import.meta.url).href;
	const boot = `
		(async () => {
			const { parentPort } = require("node:worker_threads");
			const { installGuard, live, takeReached } = await import(${JSON.stringify(guard)});
			installGuard();
			const asked = await Promise.all(${JSON.stringify(files)}.map((file) => import(file)));
			const timer = { cancel: () => undefined };
			live({ clock: { now: () => 5, elapsed: () => 7, after: () => timer, every: () => timer }, random: () => 0.5 });
			const [product, library] = asked.map(({ ask }) => {
				try {
					return "got " + ask();
				} catch (error) {
					return error.message;
				}
			});
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
	expect(product).toContain(`reaches past its clock: ${name} `);
	expect(product).toMatch(/douyin\/src\/ask\.mjs:2/);
	expect(reached).toHaveLength(1);
	expect(library).toMatch(/^got /);
});
