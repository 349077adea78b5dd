import { LivekeeperError } from "@livekeeper/base/errors";
import { expect, test } from "vitest";
import { storageTexts } from "../../text/index.ts";
import { faultOf, fromParts, StoreError, toParts } from "./store-error.ts";

const coded = (code: string) => Object.assign(new Error("x"), { code });
const unwritable = (cause: unknown) =>
	new LivekeeperError("storage_unwritable", storageTexts.folderUnusable("/data", "x"), { cause });

test.each([
	["SQLITE_IOERR_SHMSIZE", "io"],
	["EIO", "io"],
	["SQLITE_FULL", "disk_full"],
	["ENOSPC", "disk_full"],
	["SQLITE_READONLY", "read_only"],
	["EACCES", "read_only"],
	["SQLITE_CORRUPT", "corrupt"],
])("reports %s at opening as %s, also across threads", (code, fault) => {
	const error = unwritable(coded(code));
	expect(faultOf(error)).toBe(fault);
	const received = fromParts(structuredClone(toParts(error)));
	expect(received).toMatchObject({ code: "storage_unwritable", message: error.message });
	expect(faultOf(received)).toBe(fault);
	expect(faultOf(fromParts(structuredClone(toParts(received))))).toBe(fault);
});

test("classifies an error without cause by its own code", () => {
	expect(faultOf(unwritable(undefined))).toBe("read_only");
	expect(faultOf(new LivekeeperError("database_locked", storageTexts.folderInUse("/data")))).toBe("locked");
	expect(faultOf(new StoreError({ code: "wal_lost", message: "x" }))).toBe("io");
	expect(faultOf(new TypeError("x"))).toBe("internal");
});
