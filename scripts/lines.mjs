// `npm run lines`: lines of the product by folder, without tests and their helpers, generated code and texts.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const isProduct = /^packages\/[a-z]+\/(src|bin)\/.*\.(ts|vue|css|js)$|^extension\/.*\.(js|css|html)$/;
const isLeftOut = /\.(test|helpers)\.ts$|\/gen\/|\/(text|i18n)\//;

const files = execFileSync("git", ["ls-files"], { encoding: "utf8" })
	.split("\n")
	.filter((path) => isProduct.test(path) && !isLeftOut.test(path));
const lines = new Map();
let total = 0;
for (const path of files) {
	const count = readFileSync(path, "utf8").split("\n").length - 1;
	const [top, name, , part] = path.split("/");
	const inPart = path.split("/").length > 4 ? `/${part}` : "";
	const folder = top === "packages" ? `${name}${inPart}` : top;
	lines.set(folder, (lines.get(folder) ?? 0) + count);
	total += count;
}
for (const [folder, count] of [...lines].sort(([a], [b]) => a.localeCompare(b))) {
	console.log(`${String(count).padStart(7)}  ${folder}`);
}
console.log(`${String(total).padStart(7)}  in all`);
