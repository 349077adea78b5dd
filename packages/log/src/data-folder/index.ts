export { publishAddress, publishedAddress } from "./address-file.ts";
export { inMemory } from "./in-memory.ts";
export { type Loose, secureFolder } from "./secure-folder.ts";
