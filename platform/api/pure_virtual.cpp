// The function that the slot of a pure virtual function points to. The C++ run-time library would
// bring it; the agent does without that library (design.md, rule 5). Only a call from the
// constructor of an interface could reach it, and interfaces have no constructors.
extern "C" [[noreturn]] void __cxa_pure_virtual();
extern "C" void __cxa_pure_virtual() {
    __builtin_trap();
}
