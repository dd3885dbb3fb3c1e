// What a pure virtual function's slot points to. The C++ run-time library would bring it; the agent
// does without that library (design.md, rule 5). Reached only by a call from a constructor of an
// interface, and those have none.
extern "C" [[noreturn]] void __cxa_pure_virtual();
extern "C" void __cxa_pure_virtual() {
    __builtin_trap();
}
