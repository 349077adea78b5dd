import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const packageDir = fileURLToPath(new URL("../..", import.meta.url));
const buf = fileURLToPath(new URL("../../../../node_modules/.bin/buf", import.meta.url));

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "livekeeper-codegen-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `buf generate` with this package's template, on `input` instead of its own schema if given. */
function generate(out: string, input: readonly string[] = []): string {
	execFileSync(buf, ["generate", ...input, "-o", out], { cwd: packageDir, stdio: "pipe" });
	return join(out, "src/wire/gen");
}

function writeSchema(name: string, source: string): string {
	const dir = join(folder, name);
	mkdirSync(dir);
	writeFileSync(join(dir, `${name}.proto`), `syntax = "proto3"; package ${name}; ${source}`);
	return dir;
}

function readFolder(dir: string): Record<string, string> {
	return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), "utf8")]));
}

describe("the generator", () => {
	it("generates exactly the checked-in files from the schema", () => {
		const fresh = readFolder(generate(join(folder, "fresh")));
		expect(fresh).toEqual(readFolder(join(packageDir, "src/wire/gen")));
		expect(Object.keys(fresh)).toContain("frame.ts");
	});

	it("reads lists of integers, packed or one by one", async () => {
		const schema = writeSchema(
			"lists",
			`message L {
				repeated int32 ints = 1;
				repeated uint64 ids = 2 [jstype = JS_STRING];
				repeated uint64 counts = 3 [jstype = JS_NUMBER];
				repeated bool flags = 4;
				repeated bytes parts = 5;
			}`,
		);
		const out = generate(join(folder, "out"), [schema]);
		for (const name of ["reader", "writer", "wire-error"]) {
			const source = pathToFileURL(join(packageDir, "src/wire", `${name}.ts`)).pathname;
			writeFileSync(join(out, "..", `${name}.ts`), `export * from ${JSON.stringify(source)};`);
		}
		const { decodeL, encodeL } = await import(join(out, "lists.ts"));
		const value = {
			ints: [1, -1, 300],
			ids: ["18446744073709551615", "0"],
			counts: [0, 2 ** 40],
			flags: [true],
			parts: [Buffer.from("a"), Buffer.alloc(0)],
		};
		expect(decodeL(encodeL({ ...value, flags: [] }))).toMatchObject({
			...value,
			flags: [],
			parts: [value.parts[0], {}],
		});
		const oneByOne = Buffer.from("080108ac022001200010ffffffffffffffffff011805", "hex");
		const packed = Buffer.from("0a0107220201001a020607", "hex");
		expect(decodeL(Buffer.concat([oneByOne, packed]))).toEqual({
			ints: [1, 300, 7],
			ids: ["18446744073709551615"],
			counts: [5, 6, 7],
			flags: [true, false, true, false],
			parts: [],
		});
		expect(() => decodeL(Buffer.from("0a02ff", "hex"))).toThrow("past the end");
		expect(() => decodeL(Buffer.from("0a01ff01", "hex"))).toThrow("past the end");
	});

	it("rejects everything that its decoder can't do, by name", () => {
		const schema = writeSchema(
			"refused",
			`message A { B b = 1; }
			message B { repeated A a = 1; }
			enum E { E_UNSPECIFIED = 0; }
			message WithEnum { E e = 1; }
			message WithLong { uint64 n = 1; }
			message WithDouble { double d = 1; }
			message WithMap { map<string, int32> m = 1; }
			message WithOneof { oneof x { string a = 1; string b = 2; } }`,
		);
		const said = errorOf(() => generate(join(folder, "refused-out"), [schema]));
		expect(said).toMatch(/A > B > A: recursive/);
		expect(said).toMatch(/WithEnum.* not supported/);
		expect(said).toMatch(/WithLong.*jstype = JS_STRING/);
		expect(said).toMatch(/WithDouble.* DOUBLE is not supported/);
		expect(said).toMatch(/WithMap.* maps other than map<string, string>/);
		expect(said).toMatch(/WithOneof.* oneof/);
	});
});

function errorOf(run: () => unknown): string {
	try {
		run();
	} catch (error) {
		return String(error);
	}
	throw new Error("it was not refused");
}
