import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

// GitHub's parser is made for bundlers: it imports its schema without declaring it as JSON.
const hooks = registerHooks({
	load(url, context, next) {
		if (!url.endsWith(".min.json")) return next(url, context);
		return { format: "module", source: `export default ${readFileSync(new URL(url), "utf8")}`, shortCircuit: true };
	},
});
const { NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");
hooks.deregister();

const root = fileURLToPath(new URL("..", import.meta.url));
const text = readFileSync(`${root}.github/workflows/release.yml`, "utf8");

interface Step {
	uses?: string;
	run?: string;
	name?: string;
	"working-directory"?: string;
	env?: Record<string, string>;
}
interface Job {
	permissions: Record<string, string>;
	needs?: string[];
	if?: string;
	steps: Step[];
}
const { on, permissions, jobs } = parse(text) as { on: object; permissions: object; jobs: Record<string, Job> };
const steps = Object.values(jobs).flatMap((job) => job.steps);

function errors(content: string): string[] {
	const { context } = parseWorkflow({ name: "release.yml", content }, new NoOperationTraceWriter());
	return context.errors.getErrors().map(({ message }) => message);
}

test("GitHub's own parser accepts the workflow and detects faults", () => {
	expect(errors(text)).toEqual([]);
	expect(errors(text.replace("runs-on:", "runs-in:"))).not.toEqual([]);
	expect(errors(text.replace("contents: write", "contents: writes"))).not.toEqual([]);
});

test("only a person starts it, and jobs have minimal rights", () => {
	expect(Object.keys(on)).toEqual(["workflow_dispatch"]);
	expect(permissions).toEqual({});
	expect(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]))).toEqual({
		build: { contents: "read" },
		container: { contents: "read" },
		archives: { contents: "write" },
		npm: { contents: "read", "id-token": "write" },
		image: { contents: "read", packages: "write" },
	});
	for (const [name, job] of Object.entries(jobs)) {
		if (name === "build" || name === "container") continue;
		expect([name, job.needs, job.if]).toEqual([name, ["build", "container"], "inputs.publish"]);
	}
});

test("actions are pinned by commit, and scripts take no input", () => {
	for (const { uses, run = "" } of steps) {
		if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
		expect(run).not.toContain("${{");
	}
	expect(text.match(/uses: .*/g)?.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
	expect(text.match(/persist-credentials: false/g)).toHaveLength(
		steps.filter(({ uses }) => /checkout/.test(uses ?? "")).length,
	);
});

/** Runs a step's script as GitHub does, with fakes for programs that would have external effects. */
function dry(name: string, env: Record<string, string>, fakes: readonly string[]) {
	const step = steps.find((one) => one.name?.startsWith(name));
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-release-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	mkdirSync(join(folder, "bin"));
	for (const fake of fakes) {
		writeFileSync(join(folder, "bin", fake), `#!/bin/sh\necho "${fake} $*" >> "$LOG"\n`);
		chmodSync(join(folder, "bin", fake), 0o755);
	}
	mkdirSync(join(folder, "release"));
	writeFileSync(join(folder, "release/PACKAGES"), "a-1.2.0.tgz\nb-1.2.0.tgz\n");
	writeFileSync(join(folder, "release/a-1.2.0.tgz"), "a");
	const log = join(folder, "log");
	writeFileSync(log, "");
	const { status, stderr } = spawnSync(
		"bash",
		["--noprofile", "--norc", "-eo", "pipefail", "-c", step?.run ?? "exit 9"],
		{
			cwd: join(folder, step?.["working-directory"] ?? "."),
			env: { PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"]}`, LOG: log, ...env },
			encoding: "utf8",
		},
	);
	return { status, stderr, said: readFileSync(log, "utf8").trim().split("\n") };
}

test.skipIf(process.platform === "win32")("scripts publish packages in order, a draft, and the image", () => {
	expect(dry("publish", {}, ["npm"])).toMatchObject({
		status: 0,
		said: ["a", "b"].map((name) => `npm publish ./release/${name}-1.2.0.tgz --access public --provenance`),
	});
	expect(dry("a draft", { VERSION: "1.2.0", COMMIT: "abc" }, ["gh"])).toMatchObject({
		status: 0,
		said: [
			"gh release create v1.2.0 --draft --target abc --title livekeeper 1.2.0 release/PACKAGES release/a-1.2.0.tgz",
		],
	});
	const image = dry("build and push", { VERSION: "1.2.0", REPOSITORY: "Some-One/LiveKeeper" }, ["docker"]);
	expect(image.said[0]).toContain(
		"--tag ghcr.io/some-one/livekeeper:1.2.0 --tag ghcr.io/some-one/livekeeper:latest --push .",
	);
	expect(dry("checksums", {}, []).status).not.toBe(0);
});

const release = (...args: string[]) =>
	spawnSync(process.execPath, [`${root}scripts/release.mjs`, ...args], { encoding: "utf8" });

test("a version that packages lack is rejected, naming them", () => {
	const { version } = JSON.parse(readFileSync(`${root}packages/livekeeper/package.json`, "utf8")) as {
		version: string;
	};
	expect(release("version", version)).toMatchObject({ status: 0, stderr: "" });
	const wrong = release("version", "9.9.9");
	expect(wrong.status).toBe(1);
	expect(wrong.stderr).toContain(`packages/livekeeper/package.json: @livekeeper/douyin is ${version}, not 9.9.9`);
	expect(release("version", "next").stderr).toContain("next is no version such as 1.2.0");
	expect(release("nothing").status).toBe(1);
});
