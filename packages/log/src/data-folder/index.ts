export { publishAddress, publishedAddress } from "./address-file.ts";
export { inMemory, type Loose, secureFolder } from "./secure-folder.ts";
