/** Scripts run unbuilt, so they enter the testing room by the file and not by its index. */
export { freePort } from '../../libs/testing/src/free-port.ts';
