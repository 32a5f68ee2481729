/* Calls a function on another stack (call0 ABI of the Xtensa ISA reference manual: a0 return address, a1 stack pointer, arguments
   from a2, a12 to a15 belong to the caller).

   void fleetwright_on_stack(void *top, void (*function)(void *), void *argument) */

    .section .irom0.text, "ax"
    .global fleetwright_on_stack
    .type fleetwright_on_stack, @function
    .align 4
fleetwright_on_stack:
    addi a2, a2, -16
    s32i a0, a2, 0
    s32i a1, a2, 4
    mov a1, a2
    mov a2, a4
    callx0 a3
    l32i a0, a1, 0
    l32i a1, a1, 4
    ret
