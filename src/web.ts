/** The library's face in the browser, `deeptaylor/web`: what runs anywhere, models from bytes, and ONNX Runtime's builds for pages. */

export { modelFromBytes as loadModel } from './explainer/model-bytes.ts'
export * from './portable.ts'
export { type WebProvider, type WebRuntimeOptions, webRuntime } from './runtime/web.ts'
