/* Where QEMU's LX106 starts, and the door to the machine around it. A node that restarts gets a fresh emulator, so the
   memory is zero here, and variables are as the linker wrote them. */

    .section .reset, "ax"
    .global _reset
_reset:
    j 1f
    .align 4
.Lstart:
    .word _start
1:  l32r a0, .Lstart
    jx a0

    .section .text.start, "ax"
    .global _start
    .align 4
    .literal_position
_start:
    movi a1, _stack_top
    call0 stand_in

/* Semihosting: the number of the call in a2, its arguments in a3 to a5; the answer in a2, its error in a3. */
    .global semihost
    .align 4
semihost:
    simcall
    ret

/* The counter of cycles. */
    .global cycles
    .align 4
cycles:
    rsr a2, ccount
    ret
